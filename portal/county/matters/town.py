"""Streets, pipes, homes and what is swept, cut and repaired around them."""

from portal.county.matters import questions as ask
from portal.county.matters.kinds import Group, Severity, Stopper, matter
from portal.language import N_

BUILD = "住房和城乡建设局 住建局 建设局"
CITY = "综合行政执法局 城市管理局 城管局"
WATER = "自来水公司 供水公司 水利局 水务局"
POWER = "供电公司 供电局 发展和改革局"
GAS = "燃气公司 住房和城乡建设局"
HEATING = "供热公司 热力公司 住房和城乡建设局"
LAND = "自然资源局 自然资源和规划局"

POWER_LINE = Stopper(
    "power-line",
    N_("停电抢修可以直接打95598"),
    N_("供电抢修电话95598昼夜值班，比留言更快。反映经常停电、电压不稳，可以继续提交。"),
    "95598",
)
GAS_SMELL = Stopper(
    "gas",
    N_("闻到燃气味，请先离开再打119"),
    N_(
        "正在漏气时不要开关电器、不要在屋里打电话，关阀门、开窗，到室外拨打119和燃气公司抢修电话。"
        "反映停气、收费等问题，可以继续提交。"
    ),
    "119",
    Severity.CALL_NOW,
)

GROUPS = (
    Group(
        "works",
        N_("城乡建设"),
        (
            matter(
                "works.road",
                N_("城区道路破损"),
                "坑洼 路面破损 人行道 地砖 断头路",
                BUILD,
                ask.SPOT,
            ),
            matter(
                "works.drain",
                N_("排水与内涝"),
                "积水 内涝 下水道 污水井 雨污 管网 返水",
                BUILD,
                ask.SPOT,
            ),
            matter(
                "works.old-estate", N_("老旧小区改造"), "老旧小区 旧改 外墙保温", BUILD, ask.ESTATE
            ),
            matter("works.lift", N_("加装电梯"), "加装电梯 加梯 装电梯", BUILD, ask.ESTATE),
            matter(
                "works.quality",
                N_("房屋质量"),
                "渗漏 墙体开裂 裂缝 质量问题 漏雨",
                BUILD,
                ask.ESTATE,
            ),
            matter(
                "works.site", N_("工地管理"), "工地 施工围挡 渣土 塔吊 文明施工", BUILD, ask.SITE
            ),
            matter(
                "works.planning", N_("规划与采光"), "规划 采光 日照 容积率 挡光", LAND, ask.AREA
            ),
            matter(
                "works.demolition", N_("拆迁与安置"), "拆迁 征收 安置房 回迁 棚改", BUILD, ask.AREA
            ),
        ),
    ),
    Group(
        "supply",
        N_("供水供电供气供暖"),
        (
            matter(
                "supply.water-cut",
                N_("停水与水压"),
                "停水 断水 没水 水压 水小",
                WATER,
                ask.SUPPLY,
                ask.NOTICE,
                ask.SINCE,
            ),
            matter(
                "supply.water-leak",
                N_("水管漏水"),
                "漏水 爆管 水管破裂 水管爆裂 冒水",
                WATER,
                ask.LEAK,
                ask.SPOT,
            ),
            matter(
                "supply.water-quality",
                N_("自来水水质"),
                "水质 自来水发黄 水发黄 水浑 水有异味 自来水异味",
                WATER,
                ask.WATER_LOOK,
                ask.SINCE,
            ),
            matter("supply.water-fee", N_("水费与水表"), "水费 水表 阶梯水价", WATER, ask.FEE),
            matter(
                "supply.power-cut",
                N_("停电与电压"),
                "停电 断电 没电 跳闸 电压",
                POWER,
                ask.SUPPLY,
                ask.NOTICE,
                stopper=POWER_LINE,
            ),
            matter("supply.power-fee", N_("电费与用电报装"), "电费 电表 报装 电价", POWER, ask.FEE),
            matter(
                "supply.gas",
                N_("燃气"),
                "燃气 天然气 煤气 液化气 停气 气表",
                GAS,
                ask.SUPPLY,
                stopper=GAS_SMELL,
            ),
            matter(
                "supply.heating",
                N_("供暖"),
                "暖气 供暖 供热 采暖 不热 停暖",
                HEATING,
                ask.ESTATE,
                ask.HEAT,
                ask.SINCE,
            ),
            matter(
                "supply.charging", N_("充电桩"), "充电桩 充电站 充电车棚 充电柜", POWER, ask.SPOT
            ),
        ),
    ),
    Group(
        "sanitation",
        N_("环境卫生"),
        (
            matter("sanitation.rubbish", N_("垃圾清运"), "垃圾 垃圾桶 垃圾站 清运", CITY, ask.SPOT),
            matter("sanitation.toilet", N_("公共厕所"), "公厕 厕所 卫生间", CITY, ask.SPOT),
            matter(
                "sanitation.sweeping",
                N_("道路清扫"),
                "清扫 保洁 落叶 洒水车 环卫工",
                CITY,
                ask.SPOT,
            ),
            matter(
                "sanitation.waste-building",
                N_("建筑垃圾"),
                "建筑垃圾 装修垃圾 乱倒",
                CITY,
                ask.SPOT,
            ),
            matter(
                "sanitation.pests", N_("蚊蝇鼠害"), "老鼠 蟑螂 蚊子 苍蝇 消杀", "卫生健康局 卫健局"
            ),
        ),
    ),
    Group(
        "street",
        N_("市容秩序"),
        (
            matter("street.lamp", N_("路灯"), "路灯 灯不亮 灯坏 黑灯瞎火 照明", CITY, ask.SPOT),
            matter("street.cover", N_("井盖"), "井盖 窨井 盖板", CITY, ask.SPOT),
            matter("street.stalls", N_("占道经营"), "占道 摆摊 摊贩 夜市 流动摊点", CITY, ask.SPOT),
            matter(
                "street.illegal-building", N_("违法建设"), "违建 私搭乱建 违章建筑", CITY, ask.AREA
            ),
            matter("street.adverts", N_("广告与招牌"), "小广告 广告牌 招牌 横幅", CITY, ask.SPOT),
            matter("street.green", N_("公园绿化"), "绿化 公园 树木 行道树 草坪", CITY, ask.SPOT),
            matter(
                "street.pavement-cars",
                N_("人行道停车"),
                "人行道停车 盲道 车停人行道",
                CITY,
                ask.SPOT,
            ),
        ),
    ),
    Group(
        "housing",
        N_("住房物业"),
        (
            matter("housing.property", N_("物业服务"), "物业 保安 物业不作为", BUILD, ask.ESTATE),
            matter(
                "housing.fee",
                N_("物业费与停车费"),
                "物业费 停车费 车位费",
                BUILD,
                ask.ESTATE,
                ask.FEE,
            ),
            matter(
                "housing.owners", N_("业主大会与业委会"), "业委会 业主大会 业主", BUILD, ask.ESTATE
            ),
            matter("housing.fund", N_("住宅维修资金"), "维修资金 维修基金", BUILD, ask.ESTATE),
            matter("housing.late", N_("延期交房"), "延期交房 烂尾 逾期交房 交房", BUILD, ask.SITE),
            matter(
                "housing.title", N_("不动产登记"), "房产证 不动产证 办证难 产权证", LAND, ask.ESTATE
            ),
            matter(
                "housing.public", N_("公租房与住房补贴"), "公租房 廉租房 保障房 租房补贴", BUILD
            ),
            matter("housing.provident", N_("住房公积金"), "公积金", "公积金"),
            matter("housing.unsafe", N_("危房"), "危房 危楼 房子要倒", BUILD, ask.AREA),
        ),
    ),
)
