//! Scenes behind [`super::danger`]: classes of everyday words that mean danger when they meet in
//! one clause and those beside it — somebody weak, a blow, a part of the body — whatever the phrase.

use super::danger::Danger::{self, *};

/// A set of classes, one bit each.
pub(super) type Classes = u64;

macro_rules! classes {
    ($($name:ident = $words:expr;)*) => {
        classes!(@bits 0u32; $($name)*);
        /// The words of every class, separated by blanks; a slash and a star join as in families.
        pub(super) const CLASS_WORDS: &[(Classes, &str)] = &[$(($name, $words)),*];
    };
    (@bits $bit:expr; $name:ident $($rest:ident)*) => {
        const $name: Classes = 1 << $bit;
        classes!(@bits $bit + 1; $($rest)*);
    };
    (@bits $bit:expr;) => {};
}

classes! {
    // Blows, and what else hands do to somebody.
    BLOW = "打 揍 踢 踹 掐 扇 抽我 抽他 抽她 抽孩 鞭子 砸我 砸他 砸她 砸向 砸头 推下 推倒 推到地 拽 拖着 往地上拖 往外拖 拖进 揪 按进 按在 按着 按到 按住 摁 咬 泼 捂 勒 \
        捅 砍 扎 戳 烫 摔在 摔到 往地上摔 捶 殴 电击 拧 撞墙 撕扯 掀桌 铁丝 皮带 棍子 烟头 巴掌 耳光 拳 一脚 粘起来 灌 拳脚 动手 动粗 剪我 剪了我 抓我 抓破 挠 掌掴 罚跪 虐 折磨 追着 拿凳子 拿板凳 拿椅子 拿刀 举着 抡 扔向 泼开水 火钳 竹条 竹竿 戒尺 鸡毛掸 扫把 绳子抽 按进 压在 骑在 掰 揪耳朵 推了我 推我 捆 用针 打掉";
    BODY = "头上 的头 头部 我头 额头 头发 脸 眼眶 眼睛 肚子 脖子 胳膊 手臂 手腕 手指 手上 手心 大腿 小腿 后背 背上 身上 身子 嘴 耳朵 鼻 牙 肋 皮肤 屁股 胸口 手背 脚背 脚踝 嘴唇 下巴 喉咙 腰上 后脑 脑袋 牙齿 眼角 颧骨 手掌 脚趾 指甲";
    WOUND = "青了 打青 青紫 发紫 紫的 肿 伤痕 淤青 乌青 血 疤 印子 烟头印 口子 水泡 骨折 骨裂 没一块好 没块好 牙印 缝了 缝针 针眼 一道一道 一条一条 遍体 满身是 浑身是 流产 昏过去 晕过去 流血 出血 翻白眼 住院 缝了 断了 打掉 起不来 下不了床 直不起腰 昏迷 休克 脑震荡 皮包骨";
    BIND = "锁在 锁屋 锁家 锁进 关在 关进 关屋 关小 绑在 绑起 捆在 捆起 拴 吊在 吊起 扣在 扣着 困在 反锁 押着 囚 软禁 出不去 不让出 没让我出 不准出 没让他出 没让她出 链子 铁链 笼子 胶带 绳子绑 锁上 锁住 锁了 锁着 锁门 扣了我 扣住 关着 关起来 铐";
    ROOM = "屋里 阳台 厕所 地下室 房间 柜子 仓库 宿舍 办公室 楼道 家里 小黑屋 衣柜 猪圈 狗窝 杂物间 水池 马桶 水缸 小屋 棚 鸡笼 狗笼 浴室 卫生间 卧室 宾馆 酒店 出租屋 包厢 会所 床上";
    MINOR = "孩子 小孩 宝宝 娃 儿子 女儿 闺女 丫头 侄子 侄女 外甥 孙子 孙女 弟弟 妹妹 表妹 表弟 学生 小朋友 幼儿 女童 男童 小女孩 小男孩 婴儿 初一 初二 初三 年级 幼儿园 上小学 上初中";
    YOUNG = "一岁 两岁 三岁 四岁 五岁 六岁 七岁 八岁 九岁 十岁 十一岁 十二岁 十三岁 十四岁 十五岁 1岁 2岁 3岁 4岁 5岁 6岁 7岁 8岁 9岁 10岁 11岁 12岁 13岁 14岁 15岁 初一 初二 初三 初中 小学 年级 幼儿园 未成年 几个月大";
    PARTNER = "老公 丈夫 男人 男友 男朋友 前男友 前夫 前妻 女友 女朋友 前女友 对象 老婆 妻子 媳妇 爱人 婆婆 公公 婆家 女婿 姐夫 妹夫 后爸 后妈 继父 继母 孩子爸 孩子他爸 孩他爸 那口子 弟媳 嫂子 结婚 离婚 婚后 同居 娘家";
    ELDER = "我妈 我爸 我娘 他妈 她妈 妈妈 爸爸 老母亲 老父亲 母亲 父亲 奶奶 爷爷 外婆 外公 老人 老太 老头 老两口 七十 八十 公公 婆婆";
    KIN = "儿子 儿媳 女儿 女婿 孙子 哥哥 弟弟 嫂子 弟媳 我哥 我弟 我爸 继父 护工 保姆 养老院 护理院";
    DRUNK = "喝酒 喝醉 喝多 喝完酒 酒后 喝了酒 酗酒 输了 打牌 赌博 脾气 发火 不高兴 发疯 吵架 要不到钱 不给钱就 不顺心 撒气 出气 酒疯";
    HABIT = "天天 每天 每次 经常 总是 老是 三天两头 动不动 一直 又 次次 成天 隔三差五 好几次 多少次";
    SELF = "我";
    STRANGER = "陌生 不认识的人 几个人 一群人 一帮人 一伙人 三个人 四个人 五个人 五六个人 七八个人 十几个人 有个男 一个男 两个男 几个男 混混 债主 放贷 要债 催收 讨债 收账 司机 醉汉 打手 保安 有人 对方的人 社会人 流氓 小偷 要账 纹身 面包车 黑衣 男的 来历不明 蒙面 两个人 同伙 打手 高利贷 网上认识 赌场";
    SIEGE = "蹲在 蹲守 守在 守着 围住 围着 围在 堵住 堵在 堵着 堵门 冲到 冲进 冲过来 闯 追到 追进 追着 追上 跟着我 跟踪 尾随 撬 翻墙 翻进 赖着不走 还不走 不肯走 砸门 踹门 敲门不走 拦住";
    HOME = "家门 我家 他家 我妈家 楼道 门口 院子 屋里 店里 单位 公司楼下 楼下 后面 小区 宿舍 车库";
    FEAR = "不敢 害怕 好怕 很怕 躲在 躲进 躲起来 吓得 吓坏 吓死 快来 救 逃 求助 发抖 报警没 怎么还不来 没电 快来人 怎么办快 不敢出门 不敢开 不敢回 发消息 哭着 不知道在哪 还没走";
    TOUCH = "摸 裤子里 衣服里 亲嘴 亲她 亲我 脱她 脱他 脱我 脱光 裸 下面的 下体 私处 隐私部位 上床 睡觉 睡在一 同居 开房 过夜 那种事 侵犯 猥亵 抱着睡 搂 怀孕 腿上摸 坐腿上 裸体 裸聊 洗澡 内裤 胸";
    GROWN = "老头 老师 邻居 隔壁 大哥 叔叔 舅舅 姑父 姨夫 继父 后爸 教练 网友 男的 男人 校长 司机 保安 爷爷 大爷 三十多岁 四十多岁 五十多岁 六十多岁 陌生人 网上认识 游戏里 老板 房东 月嫂 保姆 阿姨 姐夫 大伯 伯伯 表哥 堂哥 远房 校医 宿管 师傅 有人";
    PICTURE = "照片 视频 拍下 开摄像头 视频聊天 发给他 发裸 拍裸 裸体 脱光 开视频";
    DRUGGED = "下了药 下药 灌醉 迷晕 醒来 断片 不省人事 昏睡";
    NAKED = "衣服没了 没穿衣服 衣服都没 裸着 光着 裤子被 内裤";
    FORCED = "逼着 逼我 逼她 逼他 强迫 强行 硬要 不从 被迫";
    SOLD = "接客 陪睡 卖淫 陪客人 陪酒 坐台 出台 拍片 卖给 卖到";
    THREAT = "说谁 扬言 威胁 警告 放话 放狠话 恐吓 说不 说要 说再 说今晚 说明天 不给就 不还就 不还钱就 不交 敢去 敢报警 敢告 敢离婚";
    MAIM = "打断 弄死 整死 剁 卸 砍 杀 烧死 烧了 炸 毁容 废了 打残 挖 挑断 沉 活埋 灭 带走孩子 把我孩子 把我女儿 把我儿子 谁的腿 手指 一条腿 一只手 赎金";
    DEATH = "怎么去死 怎么死 去死 死法 死掉 寻死 先走一步 走一步 吊在 了断 解脱 轻生 自杀 不想活 活不 一了百了 去见 离开这 撑不 没意思 累赘 多余 拖累 是个负担 死了 要死 没打算多活 没打算活 不打算活 没想活 活到头 不想再 没有路 没路走 走不下去 把自己点 把自己烧 把自己吊 下辈子 绝路 遗照 归西 找他去 跳出去 往下跳 还情分";
    MEANS = "绳子 安眠药 老鼠药 农药 药瓶 刀片 楼顶 天台 窗台 阳台边 河边 江边 桥上 湖边 煤气 炭 铁轨 后山 水库 百草枯 敌敌畏 顶楼 安定 寿衣 药片 三十片 二十片 几十片 一整瓶 一大把药 洁厕灵 汽油 水井 大桥 山上 悬崖 高楼 十几楼 十八楼 二十楼 割腕";
    PREPARE = "藏 买了 买好 备好 准备好 存款密码 银行卡密码 交代 托付 都告诉 照顾好 对不起 遗书 字条 拿着 去了 站在 坐在 找不到我 找不到人 正在找 联系不上 别找 别劝 最后一次 过了今晚 今晚过后 抱下来 等着 买瓶 买一瓶 要买 给他买 让我买 往河边 往江边 往楼上 坐了一夜 站了一夜 吃了 吞了 喝了 躺床上等 穿好 跑到 跑去 爬到 爬上 最后 都转 留给";
    LIFE = "活着 每天醒来 念头 老说 总说 天天说 总念 活得 一直说 常说 整天说 嘴上说";
    DEBT_OR_GRIEF = "欠 抑郁 失恋 被裁 失业 考砸 没考好 癌 判 输 离婚 网贷 老伴 工地 被骗 催收 网暴 催债 要债 破产 瘫痪 抑郁症 离世 走了以后 走了之后 还不上 要不回 冤 病 分手 被甩 考研 欠薪 工钱";
    MISSING = "没到家 没回家 没回来 不见 关机 找不到 联系不上 走丢 失踪 没消息 没音信 没音讯 没见人 没见到人 不知道去哪 没接到";
    HOURS = "小时 一夜 一晚 昨晚 昨天 一天 两天 三天 半天 天黑 放学";
    SAME_AGE = "同学 高年级 班上 班里 校外 同桌 室友 学长";
    EXTORT = "要钱 块钱 收钱 交钱 抢钱 抢他 抢她 不给就 保护费";
    BULLY = "按进 按在 围着 堵 扇 踢 打 逼 孤立 辱骂 拍视频 欺负 吐口水 扒 罚跪 厕所";
    NOW = "刚刚 刚才 正在 现在 还没走 这会 此刻 今晚 马上 一个小时 两个小时 三个小时";
    PAPERS = "身份证 手机 护照 证件";
    LURED = "骗到 带到 拉到 拖到 拐到 载到 弄到";
    REMOTE = "山里 出租屋 宾馆 酒店 郊外 荒地 树林 没路灯 偏僻 陌生的地方 不认识的地方 废弃 野外 河边 桥洞 境外 边境 国外";
    NIGHT = "晚上 半夜 夜里 偷偷 趁我 趁家里 趁妈妈";
    MY_BED = "进我屋 进我房 进我的房 我床 我被窝 被窝 我房间 我屋里 睡我";
    CARER = "月嫂 保姆 老师 阿姨 继母 后妈 继父 后爸 托班 教官 教练 护工";
    COHABIT = "同居 过夜 开房 怀孕 谈恋爱睡 住一起 住在一起 睡了";
}

/// What must meet, and what it points to.
pub(super) struct Scene {
    /// The danger.
    pub kind: Danger,
    /// One of these stands in the clause; its word is reported.
    pub act: Classes,
    /// One of each of these stands in the same clause ...
    pub here: &'static [Classes],
    /// ... and one of each of these there or in the clause before or behind.
    pub near: &'static [Classes],
}

/// Every scene.
pub(super) const SCENES: &[Scene] = &[
    Scene { kind: DomesticViolence, act: BLOW, here: &[BODY | WOUND], near: &[PARTNER, SELF] },
    Scene { kind: DomesticViolence, act: WOUND, here: &[BLOW], near: &[PARTNER] },
    Scene { kind: DomesticViolence, act: WOUND, here: &[], near: &[PARTNER, DRUNK, BLOW] },
    Scene { kind: DomesticViolence, act: BLOW, here: &[SELF], near: &[DRUNK, HABIT] },
    Scene { kind: DomesticViolence, act: BLOW, here: &[SELF], near: &[PARTNER, DRUNK] },
    Scene { kind: DomesticViolence, act: BLOW, here: &[BODY, PARTNER], near: &[HABIT | DRUNK] },
    Scene { kind: DomesticViolence, act: BIND, here: &[], near: &[PARTNER, SELF, HOURS | ROOM] },
    Scene {
        kind: DomesticViolence,
        act: BLOW,
        here: &[ELDER],
        near: &[KIN, DRUNK | HABIT | WOUND],
    },
    Scene { kind: MinorAtRisk, act: BLOW, here: &[MINOR, BODY], near: &[] },
    Scene { kind: MinorAtRisk, act: BLOW, here: &[BODY | WOUND], near: &[MINOR, CARER | YOUNG] },
    Scene { kind: MinorAtRisk, act: GROWN, here: &[NIGHT], near: &[YOUNG, SELF, MY_BED] },
    Scene { kind: MinorAtRisk, act: PICTURE, here: &[MINOR, GROWN | STRANGER], near: &[] },
    Scene {
        kind: MinorAtRisk,
        act: WOUND,
        here: &[MINOR | BODY],
        near: &[MINOR, YOUNG | HABIT | BLOW],
    },
    Scene { kind: MinorAtRisk, act: BIND, here: &[MINOR], near: &[ROOM | HABIT | HOURS] },
    Scene { kind: MinorAtRisk, act: BLOW, here: &[SELF], near: &[YOUNG, ELDER | DRUNK | KIN] },
    Scene { kind: MinorAtRisk, act: TOUCH, here: &[], near: &[MINOR, GROWN, YOUNG | MINOR] },
    Scene { kind: MinorAtRisk, act: PICTURE, here: &[TOUCH | FORCED], near: &[MINOR] },
    Scene {
        kind: MinorAtRisk,
        act: PICTURE,
        here: &[],
        near: &[MINOR | YOUNG, GROWN, TOUCH | FORCED | THREAT],
    },
    Scene {
        kind: MinorAtRisk,
        act: EXTORT,
        here: &[],
        near: &[MINOR, BULLY | SAME_AGE, HABIT | BULLY],
    },
    Scene {
        kind: MinorAtRisk,
        act: BULLY,
        here: &[MINOR],
        near: &[SAME_AGE, PICTURE | HABIT | BODY | ROOM],
    },
    Scene { kind: MinorAtRisk, act: MISSING, here: &[], near: &[MINOR, HOURS, MISSING] },
    Scene { kind: MinorAtRisk, act: COHABIT, here: &[], near: &[YOUNG, MINOR | GROWN] },
    Scene { kind: Violence, act: SIEGE, here: &[], near: &[STRANGER, HOME, FEAR] },
    Scene {
        kind: Violence,
        act: SIEGE,
        here: &[HOME],
        near: &[STRANGER, BLOW | HABIT | FEAR | THREAT],
    },
    Scene { kind: Violence, act: MAIM, here: &[THREAT], near: &[] },
    Scene { kind: Violence, act: SOLD, here: &[FORCED], near: &[] },
    Scene { kind: Violence, act: SOLD, here: &[], near: &[FORCED, BIND | HABIT] },
    Scene { kind: Violence, act: DRUGGED, here: &[], near: &[NAKED | REMOTE | TOUCH] },
    Scene { kind: Violence, act: BIND, here: &[], near: &[PAPERS, ROOM | FEAR | FORCED] },
    Scene {
        kind: Violence,
        act: BIND,
        here: &[],
        near: &[STRANGER, SELF | KIN, MAIM | FEAR | NOW],
    },
    Scene { kind: Violence, act: SIEGE, here: &[ROOM | HOME], near: &[STRANGER, NOW, SELF] },
    Scene { kind: Violence, act: BLOW, here: &[], near: &[STRANGER, NOW, SELF | FEAR] },
    Scene { kind: Violence, act: LURED, here: &[], near: &[REMOTE, FEAR | TOUCH | BIND] },
    Scene { kind: Violence, act: TOUCH, here: &[], near: &[STRANGER, FEAR, SELF] },
    Scene { kind: Violence, act: BLOW, here: &[], near: &[STRANGER, ELDER, SIEGE] },
    Scene { kind: SelfHarm, act: DEATH, here: &[LIFE], near: &[] },
    Scene { kind: SelfHarm, act: DEATH, here: &[], near: &[LIFE, DEBT_OR_GRIEF] },
    Scene { kind: SelfHarm, act: DEATH, here: &[], near: &[PREPARE, ELDER | MINOR | SELF, MEANS] },
    Scene {
        kind: SelfHarm,
        act: MEANS,
        here: &[PREPARE],
        near: &[DEATH | DEBT_OR_GRIEF | MISSING],
    },
    Scene { kind: SelfHarm, act: DEATH, here: &[MEANS], near: &[SELF | KIN | ELDER] },
    Scene { kind: SelfHarm, act: DEATH, here: &[], near: &[DEBT_OR_GRIEF, MEANS | MISSING | LIFE] },
    Scene { kind: SelfHarm, act: MEANS, here: &[PREPARE], near: &[ELDER | MINOR, FEAR | MISSING] },
];
