"""Mandiri: Kopra (with semicolons) and MCM or Internet Banking (with commas and two descriptions).

AccountNo;Ccy;PostDate;Remarks;AdditionalDesc;Credit Amount;Debit Amount;Close Balance
1060012345678;IDR;03 August 2026 11:27:10;…;Trf Inw CN BANK CENTRAL ASIA;1000000.00;0.00;14838932.64
Account No,Date,Val. Date,Transaction Code,Description,Description,Reference No.,Debit,Credit
1060012345678,22/01/26,22/01/26,7820,"MCM InhouseTrf DARI …","…",,".00","41,300.00"
"""

from __future__ import annotations

from marketplace.banking.layouts.paper import Columns, Layout

LAYOUT = Layout(
    "mandiri",
    "Mandiri",
    (
        Columns(
            {
                "day": ("postdate",),
                "text": ("remarks", "additionaldesc"),
                "credit": ("creditamount",),
                "debit": ("debitamount",),
                "balance": ("closebalance",),
                "account": ("accountno",),
            },
            ("day", "text", "credit", "debit", "account"),
        ),
        Columns(
            {
                "day": ("date",),
                "value": ("valdate", "valuedate"),
                "text": ("description",),
                "reference": ("referenceno",),
                "credit": ("credit",),
                "debit": ("debit",),
                "balance": ("balance",),
                "account": ("accountno",),
            },
            ("day", "value", "text", "credit", "debit", "account"),
        ),
    ),
)
