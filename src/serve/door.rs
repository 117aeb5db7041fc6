//! The door: listens, and keeps those who only hold it open from keeping others out.
//!
//! Invariant: there are never more than so many connections, and one more is let in at the cost of
//! the one that has been silent longest. Who does not say what they want in time is shown out.

use super::{
    Settings, Witness,
    answer::{Room, answer},
    guard::Guard,
    newsroom::Newsroom,
    watch::Watch,
};
use crate::build::Failure;
use axum::{Router, http::StatusCode};
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use std::{
    collections::VecDeque,
    io,
    net::{SocketAddr, TcpListener as StdListener},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio::{
    net::{TcpListener, TcpStream},
    task::AbortHandle,
};
use tower_http::{
    CompressionLevel,
    compression::{CompressionLayer, DefaultPredicate, Predicate, predicate::NotForContentType},
    timeout::TimeoutLayer,
};

/// The most connections at a time: well below what a system lets a program open.
const CONNECTIONS: usize = 400;

/// How long a request may take to say what it wants.
const HEAD_TIME: Duration = Duration::from_secs(10);

/// How many bytes it may take to say it.
const HEAD_SIZE: usize = 32 << 10;

/// How long an answer may take to begin.
const ANSWER_TIME: Duration = Duration::from_secs(60);

/// How often everything is looked at where the system does not tell of changes.
const POLL: Duration = Duration::from_millis(1000);

/// So many ports are tried after the first.
const PORTS: u16 = 50;

/// Why the preview came to an end.
#[derive(Debug)]
pub enum Stopped {
    /// It was told to.
    Asked,
    /// It could not begin.
    Failed(Failure),
    /// The port is taken by another program.
    PortTaken(u16),
    /// The system would not let it listen.
    Network(io::Error),
}

/// Serves the preview until it is told to stop.
#[must_use]
pub fn serve(settings: Settings, witness: &Arc<dyn Witness>) -> Stopped {
    // The port comes first: where it is taken there is nothing to wait for.
    let (listener, taken) = match listen(&settings) {
        Ok(listening) => listening,
        Err(stopped) => return stopped,
    };
    let Ok(address) = listener.local_addr() else {
        return Stopped::Network(io::ErrorKind::AddrNotAvailable.into());
    };
    // Watching begins before the sources are read, so that no change falls in between.
    let watch = if settings.poll { None } else { Some(Watch::begin(&settings.options.root)) };
    let newsroom = match Newsroom::open(settings, witness.clone()) {
        Ok(newsroom) => newsroom,
        Err(failure) => return Stopped::Failed(failure),
    };
    let poll = start_watching(&newsroom, watch, &**witness);
    let runner = {
        let newsroom = newsroom.clone();
        std::thread::spawn(move || newsroom.run(poll))
    };
    let guard = Guard::new(address, &newsroom.settings.names);
    let room = Arc::new(Room { newsroom: newsroom.clone(), guard });
    let path = newsroom.outlet().issue.index.site.base_url.path.clone();
    witness.opened(&format!("http://{}{path}/", shown(address)), taken);
    witness.began(&newsroom.outlet());
    let stopped = run(listener, room);
    newsroom.inbox.close();
    let _ = runner.join();
    stopped
}

fn start_watching(
    newsroom: &Arc<Newsroom>,
    watch: Option<notify::Result<Watch>>,
    witness: &dyn Witness,
) -> Option<Duration> {
    match watch {
        None => Some(POLL),
        Some(Ok(watch)) => {
            let newsroom = Arc::downgrade(newsroom);
            std::thread::spawn(move || watch.run(&newsroom));
            None
        }
        Some(Err(error)) => {
            witness.remark(&format!(
                "changes are not told by the system ({error}); files are looked at every second instead"
            ));
            Some(POLL)
        }
    }
}

/// The address as people would type it.
fn shown(address: SocketAddr) -> String {
    if address.ip().is_loopback() || address.ip().is_unspecified() {
        format!("localhost:{}", address.port())
    } else {
        address.to_string()
    }
}

/// Takes the port, or the next free one; gives the one that was taken as well.
fn listen(settings: &Settings) -> Result<(StdListener, Option<u16>), Stopped> {
    let (port, is_wanted) = settings.port;
    let last = if is_wanted { port } else { port.saturating_add(PORTS) };
    for candidate in port..=last {
        match StdListener::bind((settings.bind, candidate)) {
            Ok(listener) => {
                let taken = (candidate != port).then_some(port);
                return Ok((listener, taken));
            }
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => {}
            Err(error) => return Err(Stopped::Network(error)),
        }
    }
    Err(Stopped::PortTaken(port))
}

fn run(listener: StdListener, room: Arc<Room>) -> Stopped {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => return Stopped::Network(error),
    };
    let stopped = runtime.block_on(async {
        listener.set_nonblocking(true)?;
        let listener = TcpListener::from_std(listener)?;
        tokio::select! {
            never = accept(listener, router(room)) => match never {},
            () = told_to_stop() => Ok(()),
        }
    });
    runtime.shutdown_timeout(Duration::from_millis(200));
    stopped.map_or_else(Stopped::Network, |()| Stopped::Asked)
}

fn router(room: Arc<Room>) -> Router {
    // What is packed already, or asked for in parts, is left as it is.
    let worth_it = DefaultPredicate::new()
        .and(NotForContentType::const_new("video/"))
        .and(NotForContentType::const_new("audio/"))
        .and(NotForContentType::const_new("font/"))
        .and(NotForContentType::const_new("application/octet-stream"));
    let packed = CompressionLayer::new().quality(CompressionLevel::Fastest).compress_when(worth_it);
    let in_time = TimeoutLayer::with_status_code(StatusCode::GATEWAY_TIMEOUT, ANSWER_TIME);
    Router::new().fallback(answer).layer(packed).layer(in_time).with_state(room)
}

/// Ctrl-C, or what asks a service to end.
async fn told_to_stop() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let terminated = signal(SignalKind::terminate());
        if let Ok(mut terminated) = terminated {
            tokio::select! {
                _ = terminated.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}

/// A connection, and whether it has said anything.
struct Guest {
    task: AbortHandle,
    spoke: Arc<AtomicBool>,
}

async fn accept(listener: TcpListener, router: Router) -> std::convert::Infallible {
    let mut guests: VecDeque<Guest> = VecDeque::new();
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // Too many open files, most likely: that passes.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        guests.retain(|guest| !guest.task.is_finished());
        if guests.len() >= CONNECTIONS {
            show_one_out(&mut guests);
        }
        let spoke = Arc::new(AtomicBool::new(false));
        let task = tokio::spawn(attend(stream, router.clone(), spoke.clone())).abort_handle();
        guests.push_back(Guest { task, spoke });
    }
}

/// The one that has been silent longest; where all have spoken, the one that came first.
fn show_one_out(guests: &mut VecDeque<Guest>) {
    let silent = guests.iter().position(|guest| !guest.spoke.load(Ordering::Relaxed));
    if let Some(guest) = guests.remove(silent.unwrap_or(0)) {
        guest.task.abort();
    }
}

async fn attend(stream: TcpStream, router: Router, spoke: Arc<AtomicBool>) {
    // Small answers go out at once.
    let _ = stream.set_nodelay(true);
    let service = tower::service_fn(move |request| {
        spoke.store(true, Ordering::Relaxed);
        let router = router.clone();
        tower::ServiceExt::oneshot(router, request)
    });
    // Whatever goes wrong on a connection concerns nobody but who made it.
    let _ = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME)
        .max_buf_size(HEAD_SIZE)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(service))
        .await;
}
