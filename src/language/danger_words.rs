//! The phrases behind [`super::danger`], gathered from how people write when they are in trouble.

use super::danger::Danger::{self, *};

/// How far from the act its context may stand.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// Between the same two punctuation marks.
    Clause,
    /// Anywhere in the message.
    Text,
}

/// Phrases that suffice alone.
pub(super) const ALONE: &[(Danger, &str)] = &[
    (
        SelfHarm,
        "不想活 不想再活 不想活了 活不下去 活不成 没法活 活够了 活腻 活着没意思 活着没意义 活着有什么意思 活着没劲 \
        活着太累 活着好累 活着还有什么 不如死 死了算了 死了干净 想死 要死给 死给你 死给他 去死算了 一死了之 以死 寻死 \
        求死 找死的心 好想死 真想死 死的心都有 想一死 自我了断 想解脱 做傻事 走绝路 生不如死 活着干嘛 活着受罪 \
        不想活下去 没有活下去的 没勇气活 轻生 想自杀 要自杀 自杀的心 准备自杀 闹自杀 试图自杀 自杀算了 自杀了算了 割腕 上吊 喝农药 \
        喝药自 吞安眠药 吃安眠药 买了安眠药 百草枯 敌敌畏 想跳楼 要跳楼 去跳楼 跳楼算了 准备跳楼 从楼上跳 跳下去 跳河 \
        跳江 跳桥 跳湖 跳运河 卧轨 结束生命 结束自己 了结自己 了断自己 了此残生 一了百了 撑不下去 撑不住了 熬不下去 \
        站在楼顶 人在楼顶 坐在楼顶 爬上楼顶 坐在天台 站在天台 上了天台 爬塔吊 从塔吊上跳 烧炭 写好遗书 写了遗书 遗书写好 留遗书 \
        来世再 下辈子再 永别 不想活在 没有活路 自残 自尽 寻短见 想不开 绝食 抑郁想 死在你们 死在他们 死在法院 死在公司 死在单位 死在政府 死在门口 走了干净 没脸活 离开这个世界 离开人世 \
        告别这个世界 不想再睁眼 不想醒来 这条命给 条命不要 命都不要了 楼顶下去 楼顶跳 不活了 就不活 我不活 一睡不醒 再也不醒 别再醒 不再醒 别醒过来 谁也别来找我 谁也别找我 人死债消 楼跳 往下跳 一头撞死 吊死 下辈子",
    ),
    (
        DomesticViolence,
        "家暴 家庭暴力 家里施暴 对我施暴 对我动手 对我动粗 暴力对待 打女人 打妻子 打骂妻子 打骂老人 打父母 打爸妈 \
        揪我头发 扯我头发 烟头烫我 打得鼻青脸肿 打得遍体鳞伤 打得浑身 打我的头 打到住院 一吵架就打 不离婚就杀 打老婆 打媳妇 老公打我 丈夫打我 男人打我 老婆打我 对象打我 男朋友打我 男友打我 前夫打 \
        又打我 又打了我 总打我 老打我 天天打我 经常打我 还打我 动手打我 喝酒打我 酒后打我 喝醉打我 喝多了打我 \
        就打我 往死里打我 要打我 掐我脖子 掐脖子 扇我 扇耳光 拳打脚踢 打得我 家里打我 打我和孩子 打我妈 \
        打我娘 打骂我 殴打我 暴打我 打死我 又动手了 又开始打 不敢回家 被老公打 被丈夫打 被男朋友打 被他打 被前夫打 \
        被儿子打 被媳妇打 被公公打 被婆婆打 婚内强 不让我出门 把我锁在家 关在家里不让 人身安全保护令 不准我出门 不许我出门 不让出门 不让我回娘家 抄扁担 抄棍子 勒我脖子 勒脖子 用皮带抽 拿皮带抽 拿擀面杖",
    ),
    (
        Violence,
        "拿刀 持刀 拿着刀 动刀 带着刀 拿菜刀 提着刀 拿斧 拿枪 持枪 砍人 砍我 砍死 要砍 捅死 捅我 捅了 弄死 整死我 \
        打死我 打死你 要打死 杀了我 杀我 要杀 要杀人了 杀人啦 在杀人 杀全家 杀你全家 杀我全家 灭门 同归于尽 泼汽油 泼硫酸 \
        点火烧 放火烧 烧房子 砸门 踹门 撞门 砸我家门 撬门 破门 堵在家门口 堵在门口 围在门口 冲进来 闯进来 闯进我家 \
        绑架 被绑架 被绑着 被绑走 非法拘禁 被关着 关着我 关小黑屋 不让我走 不让我们走 不放我走 被扣着 限制自由 限制人身自由 被控制 软禁 \
        逃不出 出不去 跑不出来 正在打 还在打 在追我 追着打 追我 正打着 围着打 快来救 救救我 救救孩子 救命 救我 \
        快救 卸我 卸胳膊 打断腿 断手断脚 打断我 让你死 让我死 要你死 死都不知道 想杀人 要杀人 想杀了 被下毒 给我下毒 挟持 劫持 拿棍子 拿铁棍 拿铁锹 拿砖头砸 \
        死亡威胁 死亡恐吓 有人跟踪 一直跟踪 上门威胁 扣押我 扣着我不 缅北 诈骗园区 电诈园区 园区出不来 不得好死 找人弄 找人收拾 找人打 找人砍 要我的命 要我命 威胁要杀 \
        尾随我 跟踪我 强奸了 被强奸 强奸我 要强奸 被轮 被性侵 性侵我 被猥亵 猥亵我 迷奸 给我下药 我被下药 拍了裸照 用裸照 裸照威胁 \
        裸照发 不雅视频威胁 私密照威胁 人身威胁 生命危险 泼油漆 花圈 传销窝点 陷入传销 困在传销 跟在我后面 一直跟着我 跟了我一路 堵着我家门 堵住我家门 不让出去 不让我出去 不让我们出去 拿钢管 拿着钢管 \
        拿铁管 拿木棍 拿着棍 拿榔头 拿砍刀 拿着砍刀 拿着菜刀 提着菜刀 拎着刀 举着刀 拿匕首 掏刀 掏出刀 亮刀 骗到缅甸 骗去缅甸 骗到柬埔寨 \
        骗去柬埔寨 骗到园区 还电我 电棍 把我反锁 把我们反锁 把我锁 把我们锁 拉上面包车 塞进车 塞进后备箱 拉上车 拖上车 拖进树林 拖进小巷 \
        拖到没人 横着出去 活不过 见不到明天 一起死 把我按住 按住我 硬把我 强行把我 把我拉进 把我拽进 不让我下车 不让我下 往荒地开 往偏僻",
    ),
    (
        MinorAtRisk,
        "打小孩 打孩子 打娃 打宝宝 虐待孩子 虐待小孩 虐待儿童 虐待女儿 虐待儿子 虐童 虐娃 虐待学生 老师打孩子 老师打学生 \
        后妈打 后爸打 继父打 继母打 后爹打 体罚 猥亵儿童 猥亵女儿 猥亵学生 摸我女儿 摸她下 摸下体 性侵孩子 性侵女儿 性侵幼女 \
        下体出血 下身出血 下体红肿 内裤上有血 内裤有血 内裤上都有血 内裤带血 不给孩子吃饭 不给饭吃 锁在家里的孩子 校园欺凌 \
        校园霸凌 被霸凌 被欺凌 被同学打 被同学欺负 被高年级打 被高年级欺负 被同学围 被几个同学 同学打骂 孩子失踪 孩子丢了 小孩丢了 孩子不见了 小孩不见了 孩子走丢 孩子被拐 孩子被抱走 \
        抢走孩子 抢孩子 拐卖 女儿失踪 儿子失踪 女儿离家出走 儿子离家出走 孩子离家出走 小孩离家出走 未成年怀孕 诱骗未成年 逼孩子 \
        孩子没人管 扔下孩子 弃婴 捡到婴儿 那种照片 那种视频 十二岁怀孕 十三岁怀孕 十四岁怀孕 十五岁怀孕 十六岁怀孕 12岁怀孕 13岁怀孕 14岁怀孕 15岁怀孕 16岁怀孕",
    ),
    (
        GroupDispute,
        "拉横幅 堵马路 堵路 堵工地 堵大门 围堵 静坐 罢工 集体上访 集体讨薪 群体上访 一起上访 去市政府门口 \
        去区政府门口 去政府门口 去省里告 上北京告 集体维权 一起维权 请愿 维权群 联名 全体业主 全村人 大家商量好",
    ),
];

/// An act that counts only in its context.
pub(super) struct Pair {
    /// What it points to.
    pub kind: Danger,
    /// How far away the context may be.
    pub reach: Reach,
    /// Words for the act, separated by blanks.
    pub acts: &'static str,
    /// Words of the context, separated by blanks.
    pub context: &'static str,
}

/// Every act with its context.
pub(super) const PAIRED: &[Pair] = &[
    Pair {
        kind: DomesticViolence,
        reach: Reach::Text,
        acts: "打我 打了我 揍我 踢我 掐我 踹我 动手打 打一顿 打骂 打得 打青 把我按 把我摁 把我往 按着我 抽我 拽我 动拳头 \
            耳光 巴掌",
        context: "老公 丈夫 我男人 我家男人 前夫 老婆 妻子 男朋友 男友 女朋友 女友 同居 结婚 离婚 \
            婆婆 公公 孩子爸 孩子他爸 孩他爸 我对象 媳妇 那口子 他爸 男方",
    },
    Pair {
        kind: DomesticViolence,
        reach: Reach::Clause,
        acts: "打我 打人 动手 打妈 打我妈 骂打 往墙上 把我按 把我摁 掐我 踢我 踹我",
        context: "他又 又喝 喝点酒 喝了点 喝酒 喝醉 喝多 一喝 动不动 一吵架 一吵 天天 经常 每次 昨晚又 昨天又 \
            今天又 次次 爸爸打 我爸",
    },
    Pair {
        kind: DomesticViolence,
        reach: Reach::Text,
        acts: "打她 打了她 打得 打我姐 打我妹 打我女儿 打我闺女 动手打",
        context: "妹夫 姐夫 女婿 姑爷 婆家",
    },
    Pair {
        kind: DomesticViolence,
        reach: Reach::Text,
        acts: "打妈妈 打我妈 打我爸 打父亲 打母亲 打老人 打奶奶 打爷爷",
        context: "儿子 哥哥 弟弟 媳妇 护工 养老院 爸爸 继父 护理院 我爸 他",
    },
    Pair {
        kind: MinorAtRisk,
        reach: Reach::Text,
        acts: "打 打骂 虐待 乌青 淤青 伤痕 掐痕 烫 疤 不给吃 饿着 锁在 关在屋 猥亵 性侵 强奸 \
            摸她 摸胸 威胁 骚扰 裸聊 进我房间",
        context: "我十二岁 我十三岁 我十四岁 我十五岁 我十六岁 我十七岁 才十岁 才十二岁 才十三岁 后妈 后爸 继母 继父 幼儿园老师 小女孩 小男孩 幼女 我今年15 我15岁 我14岁 我13岁 \
            我12岁 我16岁 我17岁 今年15岁 今年14岁 今年13岁 今年12岁 今年16岁 今年17岁 \
            我未成年 我是初中生 我是小学生 我是高中生 读初中 上初中 班主任摸",
    },
    Pair {
        kind: MinorAtRisk,
        reach: Reach::Clause,
        acts: "虐待 欺负 霸凌 殴打 打骂 体罚 猥亵 性侵 强奸 侵犯 骚扰 敲诈 威胁",
        context: "孩子 小孩 女儿 儿子 学生 幼儿 宝宝 未成年 儿童 女孩 少女 幼女",
    },
    Pair {
        kind: MinorAtRisk,
        reach: Reach::Text,
        acts: "扒衣服 扒光 扒裤子 扒她 扒他 脱衣服 脱裤子 开摄像头 拖进厕所 堵在厕所 不给就打 收保护费 罚跪 关在门外 罚站在门外 \
            身上有伤 身上都是伤 针眼 针孔 掐痕 烫伤 老摸 摸她 摸他 亲她 进她房间 私处",
        context: "班里 高年级 同学 初一 初二 初三 小学 我儿子 儿子 女儿 孩子 小孩 侄女 侄子 外甥 孙女 孙子 幼儿园 托班",
    },
    Pair {
        kind: MinorAtRisk,
        reach: Reach::Clause,
        acts: "揪 拎 拽 推倒 踢 打 扇 掐 出血",
        context: "老师把孩子 老师把我 老师把小孩 老师把他 老师把她 阿姨把孩子 教练把",
    },
    Pair {
        kind: MinorAtRisk,
        reach: Reach::Clause,
        acts: "离家出走 不见了 走失 失踪 走丢",
        context: "女儿 我儿子 小孩 外甥女 侄女 孙女 孙子 学生",
    },
    Pair {
        kind: Violence,
        reach: Reach::Text,
        acts: "威胁 恐吓 骚扰 纠缠 跟踪",
        context: "发生关系 裸照 私密 照片发 视频发 不雅 弄我 带人来 一帮人",
    },
    Pair {
        kind: Violence,
        reach: Reach::Clause,
        acts: "威胁 扬言 说要",
        context: "弄我 打死 弄残 杀 砍 烧我家 捅 性命 生命 要命 报复我 不让我好过 弄死",
    },
    Pair {
        kind: SelfHarm,
        reach: Reach::Clause,
        acts: "自杀 跳楼 去死 喝药",
        context: "我想 我就 我要 我只有 我只能 只好 宁愿 干脆 不如 威胁说要 扬言 闹着 嚷着 说她要 \
            说他要 逼我 逼得我 快要 差点",
    },
    Pair {
        kind: SelfHarm,
        reach: Reach::Clause,
        acts: "农药 安眠药 老鼠药 一瓶药 整瓶药 手腕 手臂上",
        context: "准备好 买好 买来 喝了 吃了 吞了 喝下 吃下 藏 刀片 划的 划了 刀口 割",
    },
    Pair {
        kind: SelfHarm,
        reach: Reach::Text,
        acts: "留了张字条 留了字条 留下字条 留张字条 留了张纸条 留下一封信 留了封信 交代后事 托付给",
        context: "人找不到 找不到人 联系不上 关机 不见了 失踪 走了 对不起 照顾好孩子",
    },
    Pair {
        kind: SelfHarm,
        reach: Reach::Clause,
        acts: "抑郁 重度抑郁 绝望 崩溃",
        context: "不想活 死 轻生 自杀 活不 撑不 熬不 救",
    },
    Pair {
        kind: GroupDispute,
        reach: Reach::Text,
        acts: "讨个说法 要个说法 去售楼处 拦住 拦下 堵住 围住 政府门口 信访局门口 项目部门口 售楼处门口 公司门口 拉条幅 讨说法",
        context: "我们 大家 一起 业主 工人 村民 家长",
    },
    // Classes of words that mean danger together, whatever the phrase.
    Pair {
        kind: DomesticViolence,
        reach: Reach::Clause,
        acts: "踢我 踢她 踢他 踢肚 踢孩 踹 掐 扇 揍 抽我 抽了我 砸我 砸向我 推下 推倒 按在 摁 拽我 拖我 烟头 皮带 凳子 扁担 衣架 往我手 往我身 \
            往我脸 打得下不 打得起不",
        context: "老公 丈夫 男友 男朋友 前男友 前夫 前妻 我对象 老婆 妻子 媳妇 婆婆 公公 后爸 继父 后妈 继母 女婿 姐夫 妹夫 \
            嫁过来 婚后 结婚 同居",
    },
    Pair {
        kind: DomesticViolence,
        reach: Reach::Text,
        acts: "挨打 打得下不 打得起不 掐得我 打得我 揍得我 踢得我 抽得我",
        context: "老公 丈夫 男友 男朋友 前男友 前夫 前妻 我对象 老婆 妻子 媳妇 婆婆 公公 后爸 继父 后妈 继母 女婿 姐夫 妹夫 \
            嫁过来 婚后 结婚 同居 孩子 他",
    },
    Pair {
        kind: Violence,
        reach: Reach::Clause,
        acts: "刀 斧 棍 钢管 钢筋 铁锹 锄头 锤子 榔头 匕首 枪 砖头 汽油 硫酸",
        context: "拿着 提着 拎着 举着 握着 挥着 挥舞 抄起 抄着 掏出 带来 带着 亮出 揣着 抡 架在 顶着 泼",
    },
    Pair {
        kind: Violence,
        reach: Reach::Clause,
        acts: "扣在 关在 锁在 困在 绑在 押在 扣住 关起来 锁起来 绑起来",
        context: "不放人 不让走 不让出 不让回 逼我 逼签 逼着 强迫 把我 把我们 把我儿子 把我女儿 把我弟 把我哥 把我老公 把我老婆 \
            被老板 被人 被他们",
    },
    Pair {
        kind: Violence,
        reach: Reach::Clause,
        acts: "翻墙 撬锁 撬窗 爬窗 翻窗 踹开 撞开 砸开",
        context: "进我家 进来 进院 我家院 屋里 进屋",
    },
    Pair {
        kind: Violence,
        reach: Reach::Clause,
        acts: "威胁 扬言 放话 恐吓 威胁信 写着 发短信",
        context: "杀光 杀了 杀我 全家 小心孩子 小心你 小心我 一起死 同归 横着 没命 出门小心",
    },
    Pair {
        kind: Violence,
        reach: Reach::Clause,
        acts: "社会青年 社会上的人 混混 黑社会 打手 一帮人 一群人 一伙人 几个大汉 几个壮汉",
        context: "动手 打人 打我 砸店 来店里 上门 围了 堵 叫了 带了 喊了",
    },
    Pair {
        kind: SelfHarm,
        reach: Reach::Clause,
        acts: "农药 安眠药 老鼠药 刀片 绳子 药都 一瓶药 整瓶药 煤气",
        context: "买好 准备好 摆在 备好 买来 藏 就等 吞 喝了 喝下 吃了 吃下",
    },
    Pair {
        kind: SelfHarm,
        reach: Reach::Text,
        acts: "楼顶 天台 阳台 窗台 吊车 塔吊 桥上 高楼",
        context: "往下跳 跳下 想跳 要跳 什么都不想 不想了 不活",
    },
    Pair {
        kind: SelfHarm, reach: Reach::Clause, acts: "割了 手腕 动脉", context: "刀 血 划"
    },
    Pair {
        kind: SelfHarm,
        reach: Reach::Clause,
        acts: "拖累",
        context: "自己走 不如 死 不活 走了",
    },
    Pair {
        kind: MinorAtRisk,
        reach: Reach::Clause,
        acts: "针扎 扎小 扎孩 抽孩子 抽打 衣架 皮带 摸了 老摸 偷看 看她洗澡 看我洗澡 开房 脱衣 厕所水 喝尿 饿了两 饿了一 饿了三 饿着 \
            锁家里 锁在家 拽上车 拉上车 抱上车 骗上车 掌嘴 耳光 乌青 淤青 勒索 被逼着",
        context: "孩子 小孩 宝宝 娃 女儿 儿子 侄子 侄女 外甥 孙子 孙女 弟弟 妹妹 学生 女孩 男孩 小朋友 幼儿 三岁 四岁 五岁 \
            六岁 年级 初一 初二 初三",
    },
    Pair {
        kind: MinorAtRisk,
        reach: Reach::Text,
        acts: "偷看 洗澡 摸我 脱我 进我房间 抱着我睡",
        context: "我15 我14 我13 我12 我16 我十一 我十二 我十三 我十四 我十五 我十六",
    },
    Pair {
        kind: MinorAtRisk,
        reach: Reach::Text,
        acts: "网上认识 网友 陌生人 游戏里认识",
        context: "初一 初二 初三 六年级 五年级 小学 未成年 岁的女儿",
    },
    Pair {
        kind: GroupDispute,
        reach: Reach::Clause,
        acts: "都去 一起去 集体去 准备去",
        context: "业主 村民 工人 工友 家长 整栋 全小区 全村",
    },
    Pair {
        kind: GroupDispute,
        reach: Reach::Clause,
        acts: "挖断 封路 拦路 断路 不让车",
        context: "村里人 村民 我们村 业主",
    },
    Pair {
        kind: SelfHarm,
        reach: Reach::Clause,
        acts: "吃了半瓶 吃了一瓶 吃了整瓶 吃了一整瓶 吃了一把 吞了 喝了半瓶 喝了一瓶",
        context: "药 片",
    },
    Pair {
        kind: SelfHarm,
        reach: Reach::Text,
        acts: "不想拖累 不愿拖累 怕拖累",
        context: "药 走了 死 活",
    },
    Pair {
        kind: SelfHarm,
        reach: Reach::Text,
        acts: "江边 河边 湖边 水库 桥上 楼顶 天台 铁轨 海边",
        context: "对不起 别找我 发了定位 发定位 永远 不回来",
    },
    Pair {
        kind: DomesticViolence,
        reach: Reach::Clause,
        acts: "青一块紫一块 撒气 打出家门 赶出家门 赶出来 追着",
        context: "老公 丈夫 男友 男朋友 前男友 前夫 前妻 我对象 老婆 妻子 媳妇 婆婆 公公 婆家 后爸 继父 后妈 继母 女婿 姐夫 \
            妹夫 嫁过来 婚后 结婚 同居 他 她 胳膊 腿 妈妈打 我妈打",
    },
    Pair {
        kind: Violence,
        reach: Reach::Text,
        acts: "手机都收 手机被收 收了手机 收走手机 身份证都收 身份证被扣 身份证手机",
        context: "传销 出不来 锁 不让 园区",
    },
    Pair {
        kind: Violence,
        reach: Reach::Clause,
        acts: "跟踪",
        context: "小区 女孩 女的 下班 回家 变态 楼下 夜里",
    },
    Pair {
        kind: MinorAtRisk,
        reach: Reach::Clause,
        acts: "摸女 摸学 摸孩 摸小 大腿 屁股 往床上摔 往地上摔 吊起来 吊着打 捆起来 尿血 裸照 私密照",
        context: "孩子 小孩 宝宝 娃 女儿 儿子 侄子 侄女 外甥 孙子 孙女 弟弟 妹妹 学生 女生 男生 女孩 男孩 小朋友 幼儿 年级 \
            初一 初二 初三",
    },
    Pair {
        kind: MinorAtRisk,
        reach: Reach::Text,
        acts: "过夜 开房 怀孕",
        context: "十岁 十一岁 十二岁 十三岁 十四岁 十五岁 10岁 11岁 12岁 13岁 14岁 15岁",
    },
    Pair {
        kind: GroupDispute,
        reach: Reach::Clause,
        acts: "集合 停工 坐着 守着",
        context: "大家 全厂 工人 业主 家长 厂门口",
    },
];

/// Phrases in which a dangerous word means nothing bad.
pub(super) const INNOCENT: &str = "打电话 打我电话 打我手机 打我的电话 打我微信 打我卡 打我账 打我银行卡 打我支付宝 打我一个欠条 打我欠条 打我名下 \
    打工 打官司 打印 打车 打卡 打款 打钱 打赏 打折 打水 打扫 打包 打理 打听 打算 打游戏 打球 打牌 打麻将 打疫苗 打针 \
    打借条 打欠条 打条子 打收条 打招呼 打交道 打击 打广告 打玉米 打井 打桩 打赢 打胜 打输 打火机 打造 打扰 打开 打通 \
    打架斗殴罪 打拐 打架 杀价 杀毒 杀猪盘 杀熟 杀猪 杀菌 杀虫 跳楼价 跳楼大甩卖 跳楼甩卖 自杀式 要死要活 该死 死期 死缓 死刑 \
    死者 死亡 死了人 死人 死因 死机 死账 死当 死活不 死活 生死 打死不 打死也不 打死都不 气死 烦死 急死 累死 吓死 热死 \
    笑死 臭死 吵死 冤死 害死我 坑死 烦死了 忙死 撞死 压死 淹死 病死 拖死 死皮赖脸 送死 以家庭暴力为借口 以家暴为借口 砸我家 砸我车 砸我店 砸我电脑 砸我手机 砸我东西 死磕 死心 要不要 要钱 烫金 烫发 烫头 \
    追我债 追我款 追我要 要杀价 联系不上房东 联系不上老板 联系不上他 联系不上商家 联系不上卖家 联系不上中介 联系不上债主 \
    联系不上公司 堵车 救护车 救助 救济 有没有危险 有危险吗 有危险废物 跳槽 工伤死亡 炸鸡 炸酱 砍头息 砍价 砍伐 砍树 要求 \
    强奸罪 结束合同 合同结束 结束后 结束了 结束不 试用期结束 工程结束 活动结束 打定 打成协议 打得赢 打得起 打烊 打样 打磨 打药 \
    救命钱 救命药 救命恩 打一架 先动手打 还手打 打她电话 打他电话 打她手机 打他手机 打她微信 打他微信 打她卡 打他卡 自寻死路 死路一条 开玩笑说要打我 \
    开玩笑要打我 堵住漏 堵住下水 拉上车门";

/// Endings of what stands before a word that cancel it.
pub(super) const NEGATIONS: &[&str] = &[
    "不",
    "没",
    "没有",
    "并没有",
    "不会",
    "不想",
    "不是",
    "不要",
    "别",
    "未",
    "从不",
    "从没",
    "从未",
    "从来没有",
    "从来没",
    "不敢",
    "不会去",
    "没想",
    "没想过",
    "没想过要",
    "没想要",
    "没再",
    "不再",
    "不是要",
    "不是想",
    "没打算",
    "并未",
    "不曾",
    "没人",
    "没有人",
    "没有再",
    "不准",
    "不许",
    "禁止",
    "防止",
    "避免",
    "不可能",
    "不打算",
    "不至于",
    "没被",
    "没有被",
    "从没被",
    "未被",
    "没有人去",
    "没人去",
];

/// When a clause says this, a suicide is told as a past event of somebody else.
pub(super) const TOLD_AS_PAST: &str = "身亡 死亡了 赔偿责任 承担责任 要不要赔 保险赔 去年 前年 已经火化 死者 自杀后 去世 过世 年前 当年 小时候 \
    电视剧 电影 小说 新闻里 新闻上 隔壁村";

/// When a clause says this, violence in it is long over, unless the text says that it goes on.
pub(super) const LONG_AGO: &str = "年前 前年 当年 小时候 以前有人 电视剧 电影 小说 新闻里 新闻上";

/// Words of somebody who asks how a finished deed is judged ...
pub(super) const TOLD_AS_CASE: &str = "被判 判几年 判多久 判多少年 判刑 怎么判 会判 刑罚 怎么处罚 处罚标准 自首 犯罪吗 是否构成 构成犯罪 算不算 犯法 涉嫌 罪吗 罪名 \
    有什么结果 什么责任 全部责任 第四十 禁止 最多 量刑 主谋 初犯 有罪 什么性质 承担责任 劝架 立案标准";

/// ... unless the text also says that it goes on.
pub(super) const STILL_GOING_ON: &str = "现在在 正在 救 还在 天天 一直 多次 不敢 说要 又来 又打 又去 怕 我今年 今晚 怎么办快 马上 要弄 威胁我 每次 经常";
