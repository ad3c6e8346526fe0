"""An exchange to trade on without Kiwoom: matching, accounts, costs, two markets to drive it."""
