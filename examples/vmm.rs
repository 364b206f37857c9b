// SPDX-License-Identifier: GPL-2.0-only OR MIT
//! The start of a TDX guest in a VMM that is written in Rust: examples/vmm.c again, on
//! what bindgen makes of the headers.  docs/library.md has the commands.
#![allow(non_upper_case_globals, non_camel_case_types, non_snake_case, dead_code)]

include!(concat!(env!("OUT_DIR"), "/tdxcpuid.rs"));

use std::ffi::CStr;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::{fs, io, mem, ptr};

extern "C" {
    fn ioctl(fd: i32, request: u64, ...) -> i32;
}

const MAX: usize = TDXCPUID_MAX_ENTRIES as usize;
const KVM_MEMORY_ENCRYPT_OP: u64 = 0xc008_aeba;

/// struct kvm_tdx_init_vm ends in a list; this is one with room.
#[repr(C)]
struct InitVm {
    head: kvm_tdx_init_vm,
    entries: [kvm_cpuid_entry2; MAX],
}

/// Room for C to fill.  Sound for structures of numbers and pointers, as all of these are.
fn zeroed<T>() -> T {
    unsafe { mem::zeroed() }
}

fn text(string: *const std::os::raw::c_char) -> String {
    unsafe { CStr::from_ptr(string) }.to_string_lossy().into_owned()
}

fn worked(error: i32) -> io::Result<()> {
    if error < 0 { Err(io::Error::from_raw_os_error(-error)) } else { Ok(()) }
}

/// An answer, used again from one question to the next.
struct Answer(*mut tdxcpuid_answer);

impl Answer {
    fn show(&self, heading: &str) {
        let answer = unsafe { &*self.0 };
        eprintln!("{heading}: {}", text(answer.text));
        for i in 0..answer.nr_violations as usize {
            let v = unsafe { &*answer.violations.add(i) };
            let layer = unsafe { tdxcpuid_layer_name(v.layer) };
            eprintln!("  {}: {} ({})", text(layer), text(v.text), text(v.fix));
        }
    }
}

impl Drop for Answer {
    fn drop(&mut self) {
        unsafe { tdxcpuid_answer_free(self.0) }
    }
}

struct Host(*mut tdxcpuid_host);

impl Host {
    /// What KVM_TDX_CAPABILITIES of the VM says.
    fn of_vm(vm: &OwnedFd) -> io::Result<(Host, u64)> {
        let mut slots: [kvm_cpuid_entry2; MAX] = zeroed();
        let mut caps: tdxcpuid_caps = zeroed();
        let mut host = ptr::null_mut();
        caps.size = mem::size_of_val(&caps) as u32;
        caps.nent = MAX as u32;
        caps.cpuid = slots.as_ptr();
        unsafe {
            worked(tdxcpuid_kvm_capabilities(vm.as_raw_fd(), &mut caps.attributes, &mut caps.xfam,
                                             slots.as_mut_ptr(), &mut caps.nent))?;
            worked(tdxcpuid_host_new_caps(&caps, &mut host))?;
        }
        Ok((Host(host), caps.xfam))
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        unsafe { tdxcpuid_host_free(self.0) }
    }
}

/// Without the library, what this prints is all that a user gets to see.
fn init_vm(vm: &OwnedFd, init: &InitVm) -> Result<(), (i32, u64)> {
    let mut cmd: kvm_tdx_cmd = zeroed();
    cmd.id = kvm_tdx_cmd_id_KVM_TDX_INIT_VM;
    cmd.data = init as *const InitVm as u64;
    if unsafe { ioctl(vm.as_raw_fd(), KVM_MEMORY_ENCRYPT_OP, &mut cmd) } == 0 {
        return Ok(());
    }
    let error = io::Error::last_os_error();
    eprintln!("KVM_TDX_INIT_VM: {error}, hw_error {:#x}", cmd.hw_error);
    Err((-error.raw_os_error().unwrap_or(0), cmd.hw_error))
}

fn main() -> io::Result<()> {
    let kvm = fs::File::options().read(true).write(true).open("/dev/kvm")?;
    let mut fd = -1;
    worked(unsafe { tdxcpuid_kvm_open(ptr::null(), &mut fd) })?;
    let vm = unsafe { OwnedFd::from_raw_fd(fd) };
    let (host, xfam) = Host::of_vm(&vm)?;
    let mut answer = Answer(ptr::null_mut());
    let mut init: Box<InitVm> = Box::new(zeroed());
    let mut nent = MAX as u32;

    // The CPUID that the user's CPU model asks for: here, all that KVM can do.
    unsafe {
        worked(tdxcpuid_kvm_supported(kvm.as_raw_fd(), init.entries.as_mut_ptr(), &mut nent))?;
        worked(tdxcpuid_filter(host.0, init.entries.as_mut_ptr(), &mut nent, &mut answer.0))?;
    }
    answer.show("left out");

    let mut request: tdxcpuid_request = zeroed();
    request.size = mem::size_of_val(&request) as u32;
    request.xfam = xfam;
    request.nent = nent;
    request.entries = init.entries.as_ptr();
    worked(unsafe { tdxcpuid_check(host.0, &request, &mut answer.0) })?;
    answer.show("before");

    init.head.xfam = xfam;
    init.head.cpuid.nent = nent;
    if let Err((error, hw_error)) = init_vm(&vm, &init) {
        worked(unsafe { tdxcpuid_explain(host.0, &request, error, hw_error, &mut answer.0) })?;
        answer.show("why");
        eprintln!("no TDX guest: {}", io::Error::from_raw_os_error(-error));
        std::process::exit(1);
    }
    Ok(())
}
