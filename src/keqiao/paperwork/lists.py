"""The coded lists of the registration form, each as code → name, and the kinds of technical contract.

Codes that begin with a letter are ours: there the form prints the name alone. Sources: explanations to 技术合同登记表
(natures, countries), GB/T 24450 (goals), 民法典 843–887 (kinds).
"""

from __future__ import annotations

from enum import StrEnum

from keqiao.base.phrases import N_

CHINA = "142"


class Kind(StrEnum):
    """The five kinds of technical contract."""

    DEVELOPMENT = "development"
    TRANSFER = "transfer"
    LICENCE = "licence"
    CONSULTING = "consulting"
    SERVICE = "service"


class Form(StrEnum):
    """What a kind is in detail."""

    COMMISSIONED = "commissioned"
    COOPERATIVE = "cooperative"
    CONVERSION = "conversion"
    PATENT_ASSIGNMENT = "patent_assignment"
    APPLICATION_ASSIGNMENT = "application_assignment"
    SECRET_ASSIGNMENT = "secret_assignment"  # noqa: S105 - a kind of contract
    OTHER_ASSIGNMENT = "other_assignment"
    PATENT_LICENCE = "patent_licence"
    SECRET_LICENCE = "secret_licence"  # noqa: S105 - the same
    OTHER_LICENCE = "other_licence"
    CONSULTING = "consulting"
    SERVICE = "service"
    INTERMEDIARY = "intermediary"
    TRAINING = "training"


KINDS = {
    Kind.DEVELOPMENT: N_("技术开发"),
    Kind.TRANSFER: N_("技术转让"),
    Kind.LICENCE: N_("技术许可"),
    Kind.CONSULTING: N_("技术咨询"),
    Kind.SERVICE: N_("技术服务"),
}
FORMS = {
    Form.COMMISSIONED: N_("委托开发"),
    Form.COOPERATIVE: N_("合作开发"),
    Form.CONVERSION: N_("科技成果实施转化"),
    Form.PATENT_ASSIGNMENT: N_("专利权转让"),
    Form.APPLICATION_ASSIGNMENT: N_("专利申请权转让"),
    Form.SECRET_ASSIGNMENT: N_("技术秘密转让"),
    Form.OTHER_ASSIGNMENT: N_("其他知识产权转让"),
    Form.PATENT_LICENCE: N_("专利实施许可"),
    Form.SECRET_LICENCE: N_("技术秘密使用许可"),
    Form.OTHER_LICENCE: N_("其他知识产权许可"),
    Form.CONSULTING: N_("技术咨询"),
    Form.SERVICE: N_("一般技术服务"),
    Form.INTERMEDIARY: N_("技术中介"),
    Form.TRAINING: N_("技术培训"),
}
KIND_OF = {
    **dict.fromkeys((Form.COMMISSIONED, Form.COOPERATIVE, Form.CONVERSION), Kind.DEVELOPMENT),
    **dict.fromkeys(
        (
            Form.PATENT_ASSIGNMENT,
            Form.APPLICATION_ASSIGNMENT,
            Form.SECRET_ASSIGNMENT,
            Form.OTHER_ASSIGNMENT,
        ),
        Kind.TRANSFER,
    ),
    **dict.fromkeys((Form.PATENT_LICENCE, Form.SECRET_LICENCE, Form.OTHER_LICENCE), Kind.LICENCE),
    Form.CONSULTING: Kind.CONSULTING,
    **dict.fromkeys((Form.SERVICE, Form.INTERMEDIARY, Form.TRAINING), Kind.SERVICE),
}
NATURES = {
    "010": N_("机关法人"),
    "021": N_("事业法人（科研机构）"),
    "022": N_("事业法人（高等院校）"),
    "023": N_("事业法人（医疗、卫生）"),
    "024": N_("事业法人（其他）"),
    "030": N_("社团法人"),
    "110": N_("国有企业"),
    "120": N_("集体企业"),
    "130": N_("股份合作企业"),
    "140": N_("联营企业"),
    "150": N_("有限责任公司"),
    "160": N_("股份有限公司"),
    "170": N_("私营企业"),
    "180": N_("其他内资企业"),
    "210": N_("港澳台商合资经营企业"),
    "220": N_("港澳台商合作经营企业"),
    "230": N_("港澳台商独资经营企业"),
    "240": N_("港澳台商投资股份有限公司"),
    "310": N_("中外合资经营企业"),
    "320": N_("中外合作经营企业"),
    "330": N_("外资企业"),
    "340": N_("外商投资股份有限公司"),
    "400": N_("个体经营"),
    "abroad": N_("境外机构"),
    "person": N_("自然人"),
    "other": N_("其他组织"),
}
NO_CREDIT_CODE = {"person", "abroad"}
COUNTRIES = {
    CHINA: N_("中国"),
    "110": N_("中国香港"),
    "121": N_("中国澳门"),
    "143": N_("中国台湾"),
    "116": N_("日本"),
    "132": N_("新加坡"),
    "133": N_("韩国"),
    "303": N_("英国"),
    "304": N_("德国"),
    "305": N_("法国"),
    "307": N_("意大利"),
    "344": N_("俄罗斯联邦"),
    "501": N_("加拿大"),
    "502": N_("美国"),
    "601": N_("澳大利亚"),
}
PROVINCES = frozenset(
    "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82".split()  # noqa: SIM905 - a line to read
)  # first two digits of GB/T 2260
FIELDS = {
    "f01": N_("电子信息"),
    "f02": N_("航空航天"),
    "f03": N_("先进制造"),
    "f04": N_("生物、医药和医疗器械"),
    "f05": N_("新材料及其应用"),
    "f06": N_("新能源与高效节能"),
    "f07": N_("环境保护与资源综合利用"),
    "f08": N_("核应用"),
    "f09": N_("农业"),
    "f10": N_("现代交通"),
    "f11": N_("城市建设与社会发展"),
}
GOALS = {
    "01": N_("环境保护、生态建设及污染防治"),
    "02": N_("能源生产、分配和合理利用"),
    "03": N_("卫生事业发展"),
    "04": N_("教育事业发展"),
    "05": N_("基础设施以及城市和农村规划"),
    "06": N_("社会发展和社会服务"),
    "07": N_("地球和大气层的探索与利用"),
    "08": N_("民用空间的探测及开发"),
    "09": N_("农林牧渔业发展"),
    "10": N_("工商业发展"),
    "11": N_("非定向研究"),
    "12": N_("其他民用目标"),
    "13": N_("国防"),
}
RIGHTS = {
    "r01": N_("技术秘密"),
    "r02": N_("发明专利"),
    "r03": N_("实用新型专利"),
    "r04": N_("外观设计专利"),
    "r05": N_("计算机软件著作权"),
    "r06": N_("集成电路布图设计专有权"),
    "r07": N_("植物新品种权"),
    "r08": N_("生物、医药新品种权"),
    "r09": N_("设计著作权"),
    "r10": N_("未涉及知识产权"),
}
PATENTS, SECRET, NO_RIGHT = {"r02", "r03", "r04"}, "r01", "r10"
SOURCES = {
    "s11": N_("国家自然科学基金"),
    "s12": N_("国家科技重大专项"),
    "s13": N_("国家重点研发计划"),
    "s14": N_("技术创新引导专项（基金）"),
    "s15": N_("基地和人才专项"),
    "s19": N_("其他国家科技计划"),
    "s20": N_("部门计划"),
    "s30": N_("省、自治区、直辖市及计划单列市计划"),
    "s40": N_("地市县计划"),
    "s00": N_("计划外"),
}
NO_PLAN = "s00"
PAYMENTS = {
    "p1": N_("一次总付"),
    "p2": N_("分期支付"),
    "p3": N_("提成支付"),
    "p4": N_("提成支付附加预付入门费"),
    "p5": N_("其他方式"),
}
ROYALTIES = {"p3", "p4"}


def shown(names: dict[str, str], code: str) -> str:
    """Return how the form prints a choice: ``022 事业法人（高等院校）``, or the name alone where the code is ours."""
    name = names.get(code, "")
    return f"{code} {name}" if name and code.isdigit() else name
