//! Files that people send, and how a bot gets them.

use serde_json::{Value, json};

use super::{ANNA, Answer, BORIS, TOKEN, World, answer, config};
use crate::{Fault, FaultKind, FileKind, LogKind, PersonFile};

/// The beginning of a PNG of this size.
fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    bytes.extend(width.to_be_bytes());
    bytes.extend(height.to_be_bytes());
    bytes
}

/// The message of the newest update.
fn newest(world: &World) -> Value {
    world.telegram.updates("pro").pop().unwrap()["message"].clone()
}

async fn get_file(world: &World, file_id: &Value) -> Answer {
    world.call("getFile", json!({ "file_id": file_id })).await
}

fn link(token: &str, file: &Answer) -> String {
    format!("/file/bot{token}/{}", file.result()["file_path"].as_str().unwrap())
}

#[tokio::test]
async fn a_photo_comes_in_sizes_and_only_the_largest_is_the_one_that_was_sent() {
    let world = World::opened();
    world.telegram.send_photo("pro", ANNA, png(1280, 640), "рисунок сна", None).unwrap();
    let message = newest(&world);
    assert_eq!((&message["caption"], &message["media_group_id"]), (&json!("рисунок сна"), &Value::Null));
    let sizes = message["photo"].as_array().unwrap();
    let sides: Vec<(&Value, &Value)> = sizes.iter().map(|size| (&size["width"], &size["height"])).collect();
    assert_eq!(json!(sides), json!([[90, 45], [320, 160], [800, 400], [1280, 640]]));
    for (at, size) in sizes.iter().enumerate() {
        let file = get_file(&world, &size["file_id"]).await;
        assert!(link(TOKEN, &file).ends_with(".jpg"));
        let bytes = world.get(&link(TOKEN, &file)).send().await.unwrap().bytes().await.unwrap();
        assert_eq!(size["file_size"], bytes.len());
        assert_eq!(bytes == png(1280, 640), at == 3);
    }
    assert_eq!(world.telegram.messages("pro", ANNA)[1].photo.as_ref(), sizes.last());
}

#[tokio::test]
async fn photos_of_an_album_carry_its_id_and_something_else_than_a_picture_has_one_size() {
    let world = World::opened();
    for caption in ["обложка", ""] {
        world.telegram.send_photo("pro", ANNA, "no picture", caption, Some("13000000000000001")).unwrap();
    }
    let [first, second] = [1, 2].map(|at| world.telegram.updates("pro")[at]["message"].clone());
    assert_eq!(first["media_group_id"], "13000000000000001");
    assert_eq!(first["media_group_id"], second["media_group_id"]);
    assert_eq!((&first["caption"], &second["caption"]), (&json!("обложка"), &Value::Null));
    assert_eq!(second["photo"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_document_keeps_its_name_and_a_path_holds_nothing_of_it() {
    let world = World::opened();
    let names = ["сон.txt", "a./../../etc/passwd", "архив.документ", ""];
    for name in names {
        world.telegram.send_document("pro", ANNA, name, "text/plain", "текст", "подпись").unwrap();
    }
    let paths = ["documents/file_1.txt", "documents/file_2", "documents/file_3", "documents/file_4"];
    for (at, (name, path)) in names.into_iter().zip(paths).enumerate() {
        let message = world.telegram.updates("pro")[at + 1]["message"].clone();
        let document = &message["document"];
        assert_eq!(document["file_name"], if name.is_empty() { Value::Null } else { json!(name) });
        let told = (&document["mime_type"], &document["file_size"], &message["caption"]);
        assert_eq!(told, (&json!("text/plain"), &json!(10), &json!("подпись")));
        assert_eq!(get_file(&world, &document["file_id"]).await.result()["file_path"], path);
    }
    world.telegram.send_document("pro", ANNA, "x", "", "", "").unwrap();
    let plain = newest(&world)["document"].clone();
    assert_eq!((&plain["mime_type"], &plain["file_size"]), (&Value::Null, &json!(0)));
    assert!(world.telegram.send_document("pro", ANNA, "x", "", "", &"я".repeat(4097)).is_err());
    assert!(world.telegram.send_photo("pro", 5, "x", "", None).is_err(), "nobody");
}

#[tokio::test]
async fn a_voice_message_says_how_long_it_lasts() {
    let world = World::opened();
    world.telegram.send_voice("pro", ANNA, "sound", 12).unwrap();
    let voice = newest(&world)["voice"].clone();
    let told = (&voice["duration"], &voice["mime_type"], &voice["file_size"]);
    assert_eq!(told, (&json!(12), &json!("audio/ogg"), &json!(5)));
    assert_eq!(get_file(&world, &voice["file_id"]).await.result()["file_path"], "voice/file_1.oga");
    assert_eq!(world.telegram.messages("pro", ANNA).pop().unwrap().voice, Some(voice));
}

#[tokio::test]
async fn what_a_person_sent_to_one_bot_no_other_gets() {
    let world = World::opened();
    world.telegram.send_text("gate", BORIS, "/start").unwrap();
    world.telegram.send_voice("pro", ANNA, "sound", 1).unwrap();
    let id = newest(&world)["voice"]["file_id"].clone();
    let file = get_file(&world, &id).await;
    let foreign = answer(world.post("/bot77:gate/getFile").json(&json!({ "file_id": id }))).await;
    assert_eq!(foreign.error(), "400 Bad Request: invalid file_id");
    for token in ["77:gate", "1:nobody"] {
        assert_eq!(answer(world.get(&link(token, &file))).await.error(), "404 Not Found");
    }
    assert_eq!(world.get(&link(TOKEN, &file)).send().await.unwrap().bytes().await.unwrap(), "sound");
}

#[tokio::test]
async fn over_20_mb_the_update_comes_and_the_file_does_not() {
    let world = World::opened();
    let limit = 20 << 20;
    for (size, expected) in [(limit, Ok(json!(limit))), (limit + 1, Err("400 Bad Request: file is too big"))] {
        for kind in [FileKind::Document, FileKind::Photo, FileKind::Voice] {
            let file = PersonFile { kind, declared_size: Some(size), bytes: "x".into(), ..PersonFile::default() };
            world.telegram.send_file("pro", ANNA, file).unwrap();
            let message = newest(&world);
            let told = ["/document", "/photo/0", "/voice"].iter().find_map(|place| message.pointer(place)).unwrap();
            assert_eq!(told["file_size"], size);
            let file = get_file(&world, &told["file_id"]).await;
            match &expected {
                Ok(size) => assert_eq!(&file.result()["file_size"], size),
                Err(error) => assert_eq!(&file.error(), error),
            }
        }
    }
    world.telegram.send_document("pro", ANNA, "x", "", vec![0; (20 << 20) + 1], "").unwrap();
    let really = get_file(&world, &newest(&world)["document"]["file_id"]).await;
    assert_eq!(really.error(), "400 Bad Request: file is too big");
}

#[tokio::test]
async fn faults_meet_downloads_and_the_log_tells_of_them() {
    let world = World::opened();
    world.telegram.send_document("pro", ANNA, "x", "", vec![7; 100], "").unwrap();
    let id = newest(&world)["document"]["file_id"].clone();
    world.telegram.add_fault(Fault::next(FaultKind::ServerError).of_method("getFile"));
    assert_eq!(get_file(&world, &id).await.status, 500);
    let link = link(TOKEN, &get_file(&world, &id).await);
    let fault = |kind| world.telegram.add_fault(Fault::next(kind).of_method("file").of_bot("pro"));
    fault(FaultKind::TooManyRequests { retry_after: 7 });
    let slow_down = world.get(&link).send().await.unwrap();
    assert_eq!((slow_down.status().as_u16(), &slow_down.headers()["retry-after"]), (429, &"7".parse().unwrap()));
    fault(FaultKind::ResetAfterApply);
    assert!(world.get(&link).send().await.is_err());
    fault(FaultKind::BrokenBody);
    assert!(world.get(&link).send().await.unwrap().bytes().await.is_err());
    for kind in [FaultKind::SlowBody { piece_ms: 1 }, FaultKind::Delay { ms: 1 }] {
        fault(kind);
        assert_eq!(world.get(&link).send().await.unwrap().bytes().await.unwrap(), vec![7; 100]);
    }
    assert_eq!(world.telegram.faults(), []);
    let missing = world.get(&format!("/file/bot{TOKEN}/documents/none")).send().await.unwrap();
    assert_eq!(missing.status(), 404);
    let log = world.telegram.log_after(0).into_iter().filter(|entry| entry.kind == LogKind::Download);
    let told: Vec<_> = log.map(|entry| (entry.method, entry.outcome, entry.status)).collect();
    let line = |outcome: &str, status| ("file".to_owned(), outcome.to_owned(), status);
    let expected = [
        line("fault: too_many_requests", Some(429)),
        line("fault: reset_after_apply", None),
        line("fault: broken_body", Some(200)),
        line("fault: slow_body", Some(200)),
        line("ok", Some(200)),
        line("Not Found", Some(404)),
    ];
    assert_eq!(told, expected);
}

#[tokio::test]
async fn a_page_sends_every_kind_of_file() {
    let world = World::start(config());
    let send = async |query: &str| {
        let path = format!("/control/upload?bot=pro&user={ANNA}&{query}");
        assert_eq!(answer(world.post(&path).body(png(100, 50))).await.status, 200, "{query}");
        newest(&world)
    };
    let photo = send("kind=photo&caption=c&album=13").await;
    assert_eq!((&photo["photo"][1]["width"], &photo["media_group_id"]), (&json!(100), &json!("13")));
    assert_eq!(send("kind=voice&secs=4").await["voice"]["duration"], 4);
    let document = send("kind=document&file_name=a.pdf&mime_type=application/pdf&declared_size=30000000").await;
    assert_eq!(document["document"]["file_size"], 30_000_000);
    let wrong = world.post(&format!("/control/upload?bot=pro&user={ANNA}&kind=sticker")).send().await.unwrap();
    assert_eq!(wrong.status(), 400);
}
