//! Sample pieces of what helps to write an answer.

use pufa::inquiries::views::composer::{Insertion, Look, PickerPart, Preview};
use pufa::inquiries::views::conversation::AttachedFile;

pub fn picker() -> PickerPart {
    let insertion = Insertion {
        kind: "常用答复",
        title: "法律援助指引".into(),
        text: "可以向当地法律援助中心申请免费法律援助，请带身份证。".into(),
        href: "/console/inquiries/q1?pick=&insert=0#body".into(),
    };
    PickerPart { found: vec![insertion] }
}

pub fn preview(text: &str) -> Preview {
    let look = Some(Look {
        whole: true,
        text: text.into(),
        pictures: "图片 2 张随后各发一条微信消息。".into(),
    });
    Preview { look, warnings: vec![text.into()], held: true }
}

/// What goes with an answer that is being written.
pub fn files() -> Vec<AttachedFile> {
    vec![AttachedFile {
        id: "f1".into(),
        href: "/console/inquiries/q1/attached?file=f1".into(),
        label: "样本.pdf（PDF 文件，9 KB）".into(),
    }]
}
