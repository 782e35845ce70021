"""A company's files with headings that nobody knows, in GBK, titles above, and what they hold."""

from __future__ import annotations

from pathlib import Path

from services.warehouse.connecting import Desk
from services.warehouse.seeing import Choice

BILLS, RECEIPTS, PEOPLE = "上半年明细_202406.csv", "收钱.csv", "名单.csv"
TITLES = ("某某供电公司 明细,,,,,,", "制表：张三,,,,,,")
CHOSEN = {
    BILLS: Choice(
        "A_RCVBL_FLOW",
        columns={
            "RCVBL_AMT_ID": "票号",
            "CONS_NO": "哪户",
            "RCVBL_YM": "哪月",
            "RCVBL_AMT": "该收",
            "PENALTY_BGN_DATE": "最晚哪天",
            "RELEASE_DATE": "开票日",
            "ORG_NO": "哪个所",
        },
    ),
    RECEIPTS: Choice(
        "A_RCVED_FLOW",
        columns={
            "RCVED_AMT_ID": "流水",
            "RCVBL_AMT_ID": "票号",
            "CONS_NO": "哪户",
            "THIS_RCVED_AMT": "交来",
            "RCVED_DATE": "哪天交",
        },
    ),
    PEOPLE: Choice("C_CONS", columns={"CONS_NO": "哪户", "CONS_NAME": "叫啥", "ELEC_ADDR": "住哪"}),
}
"""What a person who knows the company would choose."""
CUSTOMERS = 120
MONTHS = (202401, 202402, 202403)


def fen_of(number: int) -> int:
    """What the bill of a customer is of."""
    return 10_000 + 37 * number


def is_paid(number: int) -> bool:
    """Whether it is paid, by the due day and whole."""
    return number % 3 != 0


def month_of(number: int) -> int:
    """Its bill month."""
    return MONTHS[number % 3] if number % 2 else MONTHS[0]


def write(folder: Path, first: int = 0, bills: str = BILLS) -> Path:
    """The three files, of customers from `first` on; two bills are of customers without a line."""
    folder.mkdir(parents=True)
    rows, paid, people = ["票号,哪户,哪月,该收,最晚哪天,开票日,哪个所"], ["流水,票号,哪户,交来,哪天交"], []
    for n in range(first, first + CUSTOMERS):
        yuan, ym = f"{fen_of(n) // 100}.{fen_of(n) % 100:02d}", month_of(n)
        rows.append(f"{1000 + n},00{n:08d},{ym},{yuan},{ym}28,{ym}05,33401")
        if is_paid(n):
            paid.append(f"{5000 + n},{1000 + n},00{n:08d},{yuan},{ym}20")
        if n >= first + 2:
            people.append(f"00{n:08d},欧阳小{'明' * (n % 2 + 1)},某某路{n}号")
    for name, lines in ((bills, rows), (RECEIPTS, paid), (PEOPLE, ["哪户,叫啥,住哪", *people])):
        (folder / name).write_bytes(("\r\n".join((*TITLES, *lines)) + "\r\n").encode("gb18030"))
    return folder


def choose_all(desk: Desk) -> Desk:
    """Choose as that person would."""
    for name, choice in CHOSEN.items():
        desk.choose(name, choice)
    return desk
