"""The closing certificate (마감 확인서): our ledger of a day against the broker's, to the won.

Pure in the middle (`compare`); round it what reads the journal (`ledger`), what shows the result
(`page`, `plain`) and what keeps it (`issue`).
"""
