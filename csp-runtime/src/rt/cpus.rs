//! How many CPUs this program may use: those that it may run on, or as many as its cgroup's quota is worth.
//!
//! As in Go since 1.25: a quota is rounded up, for a program that gets two and a half CPUs keeps three threads busy for most of the
//! time; and one of less than two counts as two, for with one worker a process that computes would hold up all others. More CPUs
//! than the program may run on it never is.

#[cfg(target_os = "linux")]
use std::path::{Path, PathBuf};

use crate::shim::plain::thread;

/// The number of workers that suits the CPUs; 1 at least.
pub(super) fn usable() -> usize {
    #[cfg(target_os = "linux")]
    if let Some(allowed) = allowed() {
        let quota = quota(|path| std::fs::read_to_string(path).ok());
        return workers(allowed, quota);
    }
    thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

/// For so many CPUs and a quota in thousandths of one.
#[cfg(any(target_os = "linux", test))]
fn workers(allowed: usize, quota: Option<u64>) -> usize {
    let worth = quota
        .map_or(usize::MAX, |thousandths| usize::try_from(thousandths.div_ceil(1000)).unwrap_or(usize::MAX));
    allowed.min(worth.max(2)).max(1)
}

/// The CPUs that this thread, and what it starts, may run on.
#[cfg(target_os = "linux")]
fn allowed() -> Option<usize> {
    let set = rustix::thread::sched_getaffinity(None).ok()?;
    usize::try_from(set.count()).ok().filter(|&count| count > 0)
}

/// The least quota of this program's cgroup and of those around it, in thousandths of a CPU.
#[cfg(target_os = "linux")]
fn quota(read: impl Fn(&Path) -> Option<String>) -> Option<u64> {
    let (groups, mounts) = (read(Path::new("/proc/self/cgroup"))?, read(Path::new("/proc/self/mountinfo"))?);
    let unified = directories(&groups, &mounts, None).into_iter().filter_map(|directory| {
        let text = read(&directory.join("cpu.max"))?;
        let (quota, period) = text.trim().split_once(' ')?;
        thousandths(quota, period)
    });
    let old = directories(&groups, &mounts, Some("cpu")).into_iter().filter_map(|directory| {
        let quota = read(&directory.join("cpu.cfs_quota_us"))?;
        thousandths(&quota, &read(&directory.join("cpu.cfs_period_us"))?)
    });
    unified.chain(old).min()
}

/// `max` and `-1` are no quota.
#[cfg(target_os = "linux")]
fn thousandths(quota: &str, period: &str) -> Option<u64> {
    let (quota, period): (u64, u64) = (quota.trim().parse().ok()?, period.trim().parse().ok()?);
    let quota = quota.checked_mul(1000)?;
    (period > 0).then(|| quota.div_ceil(period))
}

/// Where the files of this program's cgroup lie, and those of the ones around it: of the hierarchy of that controller, or of the
/// unified one.
#[cfg(target_os = "linux")]
fn directories(groups: &str, mounts: &str, controller: Option<&str>) -> Vec<PathBuf> {
    let Some(group) = groups.lines().find_map(|line| group(line, controller)) else { return Vec::new() };
    let Some((root, mount)) = mounts.lines().find_map(|line| mount(line, controller)) else {
        return Vec::new();
    };
    // In a container the mount may show a part of the hierarchy only, or the path may be that of the host: then what is mounted is
    // this program's.
    let inside = Path::new(group).strip_prefix(&root).unwrap_or(Path::new(""));
    inside.ancestors().map(|part| mount.join(part)).collect()
}

/// The path in a line such as `4:cpu,cpuacct:/a/b` or `0::/a/b`.
#[cfg(target_os = "linux")]
fn group<'a>(line: &'a str, controller: Option<&str>) -> Option<&'a str> {
    let mut parts = line.splitn(3, ':').skip(1);
    let (controllers, path) = (parts.next()?, parts.next()?);
    let is_it = match controller {
        None => controllers.is_empty(),
        Some(name) => controllers.split(',').any(|it| it == name),
    };
    is_it.then_some(path)
}

/// The part of the hierarchy that is mounted, and where, in a line such as
/// `36 25 0:31 / /sys/fs/cgroup/cpu rw,nosuid shared:15 - cgroup cgroup rw,cpu,cpuacct`.
#[cfg(target_os = "linux")]
fn mount(line: &str, controller: Option<&str>) -> Option<(PathBuf, PathBuf)> {
    let (place, kind) = line.split_once(" - ")?;
    let mut place = place.split(' ').skip(3);
    let (root, at) = (place.next()?, place.next()?);
    let mut kind = kind.split(' ');
    let (kind, options) = (kind.next()?, kind.nth(1)?);
    let is_it = match controller {
        None => kind == "cgroup2",
        Some(name) => kind == "cgroup" && options.split(',').any(|it| it == name),
    };
    is_it.then(|| (unescaped(root), unescaped(at)))
}

/// Blanks and backslashes are written as three octal digits.
#[cfg(target_os = "linux")]
fn unescaped(text: &str) -> PathBuf {
    [("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")]
        .iter()
        .fold(text.to_owned(), |text, (written, meant)| text.replace(written, meant))
        .into()
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn a_quota_is_rounded_up_and_two_at_least() {
        assert_eq!(workers(8, None), 8);
        assert_eq!(workers(8, Some(2500)), 3);
        assert_eq!(workers(8, Some(3000)), 3);
        assert_eq!(workers(8, Some(3001)), 4);
        assert_eq!(workers(8, Some(100)), 2);
        assert_eq!(workers(8, Some(64_000)), 8);
        // No more than there are.
        assert_eq!(workers(1, Some(100)), 1);
        assert_eq!(workers(1, None), 1);
        assert_eq!(workers(2, Some(1500)), 2);
    }

    #[cfg(target_os = "linux")]
    fn quota_of(files: &[(&str, &str)]) -> Option<u64> {
        quota(|path| {
            let (_, text) = files.iter().find(|(name, _)| Path::new(name) == path)?;
            Some((*text).to_owned())
        })
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_unified_hierarchy() {
        let groups = ("/proc/self/cgroup", "0::/user.slice/a b/it\n");
        let mounts = (
            "/proc/self/mountinfo",
            "22 1 0:20 / /proc rw - proc proc rw\n30 22 0:27 / /sys/fs/cg\\040roup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate\n",
        );
        let own = ("/sys/fs/cg roup/user.slice/a b/it/cpu.max", "250000 100000\n");
        assert_eq!(quota_of(&[groups, mounts, own]), Some(2500));
        // The least of it and of those around it.
        let around = ("/sys/fs/cg roup/user.slice/cpu.max", "75000 50000\n");
        assert_eq!(quota_of(&[groups, mounts, own, around]), Some(1500));
        let none = ("/sys/fs/cg roup/user.slice/a b/it/cpu.max", "max 100000\n");
        assert_eq!(quota_of(&[groups, mounts, none, around]), Some(1500));
        assert_eq!(quota_of(&[groups, mounts, none]), None);
        assert_eq!(quota_of(&[groups, mounts]), None);
        assert_eq!(quota_of(&[mounts]), None);
        // What is no number is no quota.
        for text in ["", "100000", "x 100000", "100000 0", "18446744073709551615 1", "-1 100000"] {
            let odd = ("/sys/fs/cg roup/user.slice/a b/it/cpu.max", text);
            assert_eq!(quota_of(&[groups, mounts, odd]), None, "{text}");
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn in_a_container_the_mount_is_the_group() {
        let max = ("/sys/fs/cgroup/cpu.max", "150000 100000\n");
        let mounts = |root: &str| format!("30 22 0:27 {root} /sys/fs/cgroup ro - cgroup2 cgroup rw\n");
        for (group, root) in
            [("0::/", "/"), ("0::/docker/1234", "/docker/1234"), ("0::/docker/1234", "/../..")]
        {
            let (groups, mounts) = (format!("{group}\n"), mounts(root));
            let files = [("/proc/self/cgroup", &*groups), ("/proc/self/mountinfo", &*mounts), max];
            assert_eq!(quota_of(&files), Some(1500), "{group} {root}");
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_hierarchy_of_the_controller() {
        let groups = ("/proc/self/cgroup", "5:cpuset:/other\n4:cpu,cpuacct:/it\n0::/\n");
        let mounts = (
            "/proc/self/mountinfo",
            "35 25 0:30 / /sys/fs/cgroup/cpuset rw - cgroup cgroup rw,cpuset\n\
             36 25 0:31 / /sys/fs/cgroup/cpu,cpuacct rw shared:15 - cgroup cgroup rw,cpu,cpuacct\n",
        );
        let period = ("/sys/fs/cgroup/cpu,cpuacct/it/cpu.cfs_period_us", "100000\n");
        let some = ("/sys/fs/cgroup/cpu,cpuacct/it/cpu.cfs_quota_us", "350000\n");
        let none = ("/sys/fs/cgroup/cpu,cpuacct/it/cpu.cfs_quota_us", "-1\n");
        assert_eq!(quota_of(&[groups, mounts, period, some]), Some(3500));
        assert_eq!(quota_of(&[groups, mounts, period, none]), None);
    }

    #[test]
    fn there_is_one_at_least() {
        let most = thread::available_parallelism().map_or(1, std::num::NonZero::get);
        // Not below the standard library's number, which rounds down, unless this is a system where it knows more.
        assert!(usable() >= 1 && usable() >= most.min(2), "{} {most}", usable());
    }
}
