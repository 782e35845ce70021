"""Names as everybody may see them. `shown_name.sql` is the same rule in the database."""

from __future__ import annotations

import re

COMPANY = (
    r"[一-龥A-Za-z]{2,}(?:[（(](?:"
    r"中国|北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川"
    r"|贵州|云南|陕西|甘肃|青海|台湾|内蒙古|广西|西藏|宁夏|新疆|香港|澳门|集团"
    r")[）)])?[一-龥A-Za-z]*(?:有限|责任|股份|集团)公司"
)
"""The whole of a registered company's name: it ends in its legal form and holds nothing but words."""
BODY = (
    r"[一-龥A-Za-z]{3,}(?:公司|集团|合作社|人民政府|委员会|管理处|管理所|银行|支行|分行|医院|卫生院|学校|中学|小学"
    r"|大学|学院|电视台|基站|研究所|派出所|人民法院|检察院|卫生服务站|文化馆|图书馆|博物馆|供电所|发电厂|变电站"
    r"|自来水厂|污水处理厂|税务局|公安局|教育局|邮政局|水利局|林业局|协会|商会)"
)
"""The whole of another body's name; it stands in clear only where it does not begin like a person's."""
TRADE = (
    r"[一-龥A-Za-z]{5,}(?:厂|场|矿|窑|站|所|局|中心|酒店|宾馆|饭店|商场|超市|大厦|市场|农场|林场|项目部|经营部|批发部"
    r"|服务部|物业|旅行社|幼儿园|公寓)"
)
"""The whole of a name that an enterprise bears, and a sole trader too: where it is a high-voltage customer's
and no person's name can stand in it."""
PLACES = "省市县区镇乡村街"
"""What a place's name ends in: after it a person's may begin."""
NUMBER = r"1[3-9][0-9][ -]?[0-9]{4}[ -]?[0-9]{4}[0-9Xx]*|[1-9][0-9]{14,}[Xx]?"
"""A mobile phone's number or one of an identity card, wherever it stands. The marts leave it out of every
name that is shown whole (`without_numbers`)."""
HIGH_VOLTAGE = "01"
"""The class of customers who sign a contract of high-voltage supply."""
SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚"
    "范彭郎鲁韦昌马苗凤花方俞任袁柳酆鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余"
    "元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻"
    "强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯昝管卢莫经房裘缪干解应宗丁宣邓郁"
    "单杭洪包诸左石崔吉钮龚程邢裴陆荣翁荀羊甄曲封芮储靳汲松井段富巫乌焦巴弓牧隗山谷车侯宓蓬全郗"
    "班仰秋仲伊宫宁仇栾暴甘厉戎祖武符刘景詹束龙叶幸司韶郜黎蓟薄印宿白怀蒲邰从鄂索咸籍赖卓蔺屠蒙"
    "池乔阴胥能苍双闻莘党翟谭贡劳逄姬申扶堵冉宰郦雍桑桂濮牛寿通边扈燕冀郏浦尚农温别庄晏柴瞿阎充"
    "慕连茹习宦艾鱼容向古易慎戈廖庾终暨居衡步都耿满弘匡国文寇广禄阙东欧利师巩聂晁勾敖融冷辛阚那"
    "简饶空曾沙养鞠须丰关相查后荆红游竺权盖益桓公肖付闫仝覃岳帅缑亢况有琴商牟佘佴伯赏墨哈谯笪年"
    "爱阳佟上官尉迟皇甫令狐宇徒澹台冶政淳太叔"
)
"""What a person's name, and a shop called after one, begins with."""


def masked_name(name: str | None, customer_class: str | None = None) -> str:
    """A company's name as it is; another's keeps its first character, a long one its last two as well.

    What is missing stays empty. Where it is not certain that no person is named, the name is masked.
    """
    if not isinstance(name, str) or not name:
        return ""
    return name if is_company(name, customer_class) else masked_text(name)


def is_company(name: str, customer_class: str | None = None) -> bool:
    """Whether the name is certainly not a natural person's, nor a sole trader's that may bear one."""
    if re.fullmatch(COMPANY, name):
        return True
    if re.fullmatch(BODY, name):
        return name[0] not in SURNAMES
    is_large = customer_class == HIGH_VOLTAGE and re.fullmatch(TRADE, name)
    return bool(is_large) and not any(name[p] in SURNAMES for p in _may_begin(name))


def _may_begin(name: str) -> list[int]:
    """Where a person's name may begin: at the start, behind a town of two or three signs, behind a place."""
    return [p for p in range(len(name)) if p in (0, 2, 3) or name[p - 1] in PLACES]


def without_numbers(text: str) -> str:
    """A text that is shown whole, without phones and ID numbers."""
    return re.sub(NUMBER, "***", text)


def masked_text(text: str) -> str:
    """A text as a person's name is masked."""
    if len(text) > 4:
        return f"{text[0]}***{text[-2:]}"
    return text[:1] + "*" * max(len(text) - 1, 1)
