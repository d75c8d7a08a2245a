//! How much a loop has in hand at a time.
use std::{sync::Arc, time::Duration};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// For how long more slots are waited for while few are free.
const A_MOMENT: Duration = Duration::from_millis(2);

/// So many things at a time. A slot is taken before what was claimed begins, so that a loop never claims more than it has hands for. Cloning
/// shares them.
#[derive(Clone, Debug)]
pub struct Slots {
    free: Arc<Semaphore>,
    count: usize,
}

impl Slots {
    /// All free.
    #[must_use]
    pub fn new(count: usize) -> Self {
        Self { free: Arc::new(Semaphore::new(count)), count }
    }

    /// How many are free.
    #[must_use]
    pub fn free(&self) -> usize {
        self.free.available_permits()
    }

    /// How many may be claimed for. While few are free and others are at work, it waits a moment for more of them: short jobs are claimed by the
    /// handful, and one claim is one flush of the disk.
    pub async fn room(&self) -> usize {
        let free = self.free();
        if free == 0 || 2 * free >= self.count {
            return free;
        }
        tokio::time::sleep(A_MOMENT).await;
        self.free()
    }

    /// Takes one, which is free again when the value is dropped; waits while there is none.
    pub async fn take(&self) -> Option<OwnedSemaphorePermit> {
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
        assert_eq!(slots.room().await, 4);
        let taken = [slots.take().await, slots.take().await, slots.take().await, slots.take().await];
        assert_eq!((slots.free(), slots.room().await), (0, 0));
        drop(taken);
        assert_eq!(slots.room().await, 4);
    }

    #[tokio::test]
    async fn a_claim_for_few_waits_a_moment_for_more() {
        let slots = Slots::new(4);
        let (soon, _long) = (slots.take().await, [slots.take().await, slots.take().await]);
        // It runs as soon as this one waits.
        tokio::spawn(async move { drop(soon) });
        assert_eq!(slots.room().await, 2);
        let _third = slots.take().await;
        assert_eq!(slots.room().await, 1, "it does not wait for long");
    }
}
