//! Traditional characters that turn up in questions, beside their simplified forms.
//!
//! Only characters with one simplified form in legal lay speech are listed; 著 stays, because
//! 著作权 keeps it.

use std::sync::LazyLock;

/// Pairs: the traditional character, then the simplified one.
const PAIRS: &str = "\
國国學学會会個个們们這这裡里裏里沒没為为來来時时對对說说過过還还給给讓让錢钱錯错電电話话號号碼码機机車车輛辆\
輪轮軌轨軟软載载轉转輕轻較较輸输辦办幫帮買买賣卖貴贵費费賬账賠赔償偿債债責责資资貨货貪贪貼贴賀贺賊贼賓宾賭赌\
贏赢贈赠贊赞贓赃財财負负貢贡販贩貧贫貸贷質质賦赋購购賴赖房房東东門门開开關关閉闭間间問问聞闻閱阅闆板閃闪闖闯\
離离婚婚養养撫抚贍赡戶户繼继遺遗囑嘱產产權权證证據据書书寫写協协議议調调解解訴诉訟讼審审判判決决執执行行\
法法規规則则條条約约違违罰罚罪罪獄狱監监禁禁釋释案案件件檢检察察警警員员勞劳動动傷伤殘残疾疾醫医療疗藥药師师\
護护險险保保壽寿金金額额薪薪資资業业務务職职廠厂場场僱雇傭佣辭辞退退補补貼贴稅税營营業业執执照照註注冊册商商\
標标專专利利屬属歸归頭头臉脸腦脑腳脚體体壓压斷断骨骨頸颈腫肿瘋疯癡痴瘡疮癱瘫聾聋盲盲啞哑嚇吓罵骂嚴严喪丧單单\
嗎吗嗚呜喚唤園园圍围圖图團团圓圆塊块壞坏壇坛壯壮聲声處处備备複复復复夠够夢梦夾夹奪夺奮奋奧奥婦妇媽妈嬰婴孫孙\
寧宁實实寬宽寶宝審审對对尋寻導导將将專专層层屆届嶺岭島岛幣币帶带帳账師师幹干廢废廣广廳厅庫库應应廟庙彈弹強强\
當当徑径從从徵征徹彻恆恒恥耻悅悦惡恶惱恼愛爱態态慘惨慣惯憂忧憑凭憤愤憲宪懷怀懸悬懼惧懶懒戀恋戰战戲戏戶户拋抛\
挾挟掃扫掛挂採采揀拣換换揮挥損损搖摇搶抢摟搂摯挚撐撑撥拨撿捡擁拥擇择擊击擋挡擔担擠挤擬拟擴扩擺摆擾扰攔拦攜携\
攝摄敗败敵敌數数斃毙斬斩於于旅旅晉晋晝昼暈晕暫暂曉晓曆历曬晒朧胧樹树橋桥機机樣样樓楼槍枪構构標标樞枢樂乐橫横\
欄栏權权歐欧歡欢歲岁歷历歸归殺杀殼壳毀毁毆殴氣气決决沖冲況况洩泄洶汹浪浪淚泪淨净淺浅渾浑湊凑溝沟溫温滅灭滯滞\
滿满漁渔漲涨漢汉潔洁潛潜澤泽濃浓濕湿濟济濫滥濱滨灑洒灣湾災灾點点為为烏乌無无煉炼煙烟煩烦熱热燈灯燒烧營营爐炉\
爛烂爭争爺爷爾尔牆墙狀状狹狭猶犹獎奖獨独獲获獸兽現现環环產产畝亩畢毕異异當当疊叠療疗痙痉癢痒發发髮发盜盗盡尽\
監监盤盘眾众睏困瞞瞒矚瞩確确礙碍礦矿禍祸禮礼禪禅種种稱称穀谷積积穩稳窮穷竊窃競竞筆笔節节範范築筑簡简簽签籌筹\
糧粮糾纠紀纪約约紅红納纳紛纷紙纸級级細细終终組组結结絕绝統统經经維维綁绑網网緊紧緒绪線线編编緩缓練练緻致縣县\
縫缝縱纵總总績绩繁繁織织繞绕繩绳繳缴續续罷罢羅罗義义習习聖圣聚聚聯联聰聪聽听肅肃脅胁脫脱腸肠膽胆臨临臺台與与\
興兴舉举舊旧艙舱艱艰艷艳莊庄華华萬万葉叶著著蓋盖蒼苍蔣蒋薩萨藍蓝藝艺藥药蘇苏蘭兰虛虚虧亏蟲虫補补裝装製制複复\
襲袭見见規规視视親亲覺觉覽览觀观觸触計计訂订訃讣討讨訓训記记許许設设訪访診诊詐诈評评詞词詢询試试詩诗誇夸誌志\
認认誘诱語语誠诚誤误請请論论諒谅談谈諾诺謀谋謂谓講讲謝谢謠谣證证譯译議议譽誉讀读變变讓让讚赞豬猪貓猫趙赵趕赶\
跡迹踐践蹤踪躍跃軍军辯辩農农迴回連连週周進进遊游運运達达適适遲迟遷迁選选邊边郵邮鄉乡鄭郑鄰邻醜丑釀酿鈔钞鈕钮\
鉤钩銀银銅铜銷销鋼钢錄录鍵键鎖锁鎮镇鏡镜鐘钟鐵铁鑑鉴鑰钥長长閒闲閘闸陰阴陳陈陸陆陽阳隊队階阶際际隨随險险隱隐\
隻只難难雲云雙双雜杂雞鸡離离靈灵靜静響响頂顶項项順顺須须預预頒颁頓顿頗颇領领頰颊題题顏颜願愿類类顧顾顯显風风\
飛飞飯饭飲饮飼饲飽饱養养餐餐餓饿館馆騙骗騎骑騷骚驅驱驗验驚惊馬马駐驻駕驾騰腾魚鱼鮮鲜鳥鸟麗丽麥麦麼么黃黄黨党\
齊齐齡龄龍龙龜龟後后幾几啟启係系閨闺嬸婶姪侄妳你妝妆孃娘佔占侖仑俠侠倆俩倉仓個个倫伦側侧偵侦傑杰傘伞傳传\
僅仅僑侨僕仆價价儀仪億亿儘尽優优儲储兒儿內内兩两凍冻凱凯別别刪删剛刚創创劃划劇剧劑剂勁劲勝胜勢势勳勋勵励\
匯汇區区卻却厲厉參参吳吴呂吕咼呙員员啓启嘆叹嘗尝噸吨嚐尝囪囱垧垧埡垭執执堅坚報报場场塗涂塵尘墊垫墜坠墮堕墾垦";

/// Characters that are looked up: all of the listed ones stand between these two.
const FIRST: u32 = 0x4e00;
const BEYOND: u32 = 0xa000;

/// The simplified form of every character from [`FIRST`] on; 0 for those that are not listed.
static TABLE: LazyLock<Vec<u16>> = LazyLock::new(|| {
    let mut table = vec![0; (BEYOND - FIRST) as usize];
    let characters: Vec<char> = PAIRS.chars().collect();
    for pair in characters.chunks_exact(2).filter(|pair| pair[0] != pair[1]) {
        let place = u32::from(pair[0]).checked_sub(FIRST).map(|place| place as usize);
        let plain = u16::try_from(u32::from(pair[1])).unwrap_or(0);
        if let Some(slot) = place.and_then(|place| table.get_mut(place)) {
            *slot = plain;
        }
    }
    table
});

/// The simplified form of `character`, or the character itself.
pub(super) fn simplified(character: char) -> char {
    let code = u32::from(character);
    if !(FIRST..BEYOND).contains(&code) {
        return character;
    }
    match TABLE[(code - FIRST) as usize] {
        0 => character,
        plain => char::from_u32(u32::from(plain)).unwrap_or(character),
    }
}

#[cfg(test)]
mod tests {
    use super::{PAIRS, simplified};

    #[test]
    fn no_simplified_form_is_itself_listed_as_traditional() {
        for plain in PAIRS.chars().skip(1).step_by(2) {
            assert_eq!(simplified(plain), plain);
        }
    }

    #[test]
    fn every_listed_character_is_found() {
        let characters: Vec<char> = PAIRS.chars().collect();
        for pair in characters.chunks_exact(2) {
            assert_eq!(simplified(pair[0]), pair[1]);
        }
        assert_eq!((simplified('a'), simplified('著'), simplified('😀')), ('a', '著', '😀'));
    }
}
