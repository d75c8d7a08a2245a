//! How much a loop has in hand at a time.
use std::sync::Arc;

use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};
use tokio_util::task::TaskTracker;

/// So many things at a time. A slot is taken before what was claimed begins, so that a loop never claims more than it has hands for. Cloning
/// shares them.
#[derive(Clone, Debug)]
pub struct Slots {
    free: Arc<Semaphore>,
}

impl Slots {
    /// All free.
    #[must_use]
    pub fn new(count: usize) -> Self {
        Self { free: Arc::new(Semaphore::new(count)) }
    }

    /// How many are free.
    #[must_use]
    pub fn free(&self) -> usize {
        self.free.available_permits()
    }

    /// Begins `work` in a slot of its own; when it has ended, the loop is woken. Waits while no slot is free.
    pub async fn begin(&self, tracker: &TaskTracker, woken: &Arc<Notify>, work: impl Future<Output = ()> + Send + 'static) {
        let (slot, woken) = (self.take().await, Arc::clone(woken));
        tracker.spawn(async move {
            work.await;
            drop(slot);
            woken.notify_one();
        });
    }

    /// Takes one, which is free again when the value is dropped.
    async fn take(&self) -> Option<OwnedSemaphorePermit> {
        // Nobody closes the semaphore.
        Arc::clone(&self.free).acquire_owned().await.ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_was_taken_is_no_room_from_that_moment_on() {
        let slots = Slots::new(4);
        assert_eq!(slots.free(), 4);
        let taken = [slots.take().await, slots.take().await, slots.take().await, slots.take().await];
        assert_eq!(slots.free(), 0);
        drop(taken);
        assert_eq!(slots.free(), 4);
    }
}
