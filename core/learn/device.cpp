// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/learn/device.h"

#include "core/base/parallel.h"
#include "core/base/text.h"

#include <ATen/Context.h>
#include <ATen/detail/CUDAHooksInterface.h>
#include <torch/version.h>

#include <exception>
#include <fstream>

#ifndef _WIN32
#include <dlfcn.h>
#include <unistd.h>
#endif
#if defined(__x86_64__)
#include <cpuid.h>
#endif

namespace continuo {
namespace {

/// Opens the CUDA half of libtorch; the reason where it cannot be used, else empty.
std::string openCuda()
{
#ifdef _WIN32
    return "CUDA is not supported by this program on Windows";
#else
    if (dlopen("libcuda.so.1", RTLD_LAZY | RTLD_LOCAL) == nullptr)
        return "no NVIDIA driver (libcuda.so.1) is installed";
    if (dlopen("libtorch_cuda.so", RTLD_NOW | RTLD_GLOBAL) == nullptr) {
        const char* const why = dlerror();
        return std::string("libtorch's CUDA part cannot be opened; install it with "
                           "\"packaging/setup build --gpu\" (") +
               (why != nullptr ? why : "no reason given") + ")";
    }
    try {
        if (!at::globalContext().hasCUDA() || at::detail::getCUDAHooks().deviceCount() == 0)
            return "the NVIDIA driver reports no usable card";
    } catch (const std::exception& failure) {
        return std::string("CUDA does not start: ") + failure.what();
    }
    return {};
#endif
}

/// The libraries stay open for the rest of the program, so one attempt is enough.
const std::string& cudaProblem()
{
    static const std::string problem = openCuda();
    return problem;
}

} // namespace

std::vector<ComputeDevice> computeDevices()
{
    std::vector<ComputeDevice> devices;
    std::uint64_t memory = 0;
#ifndef _WIN32
    const long pages = sysconf(_SC_PHYS_PAGES);
    const long pageBytes = sysconf(_SC_PAGESIZE);
    if (pages > 0 && pageBytes > 0)
        memory = static_cast<std::uint64_t>(pages) * static_cast<std::uint64_t>(pageBytes);
#endif
    std::vector<std::string> precisions{"float32"};
    if (cpuHasBfloat16())
        precisions.emplace_back("bfloat16");
    devices.push_back({"cpu",
                       cpuName() + ", " + std::to_string(usableThreads()) + " threads",
                       true,
                       memory,
                       precisions,
                       {}});
    const char* const kCard = "NVIDIA graphics card";
    if (!cudaProblem().empty()) {
        devices.push_back({"cuda:0", kCard, false, 0, {}, cudaProblem()});
        return devices;
    }
    for (int i = 0; i < at::detail::getCUDAHooks().deviceCount(); ++i)
        devices.push_back(
            {"cuda:" + std::to_string(i), kCard, true, 0, {"float32", "bfloat16"}, {}});
    return devices;
}

Result<std::string> chooseDevice(const std::string& asked)
{
    if (asked == "cpu")
        return std::string("cpu");
    const std::string& problem = cudaProblem();
    if (asked == "auto")
        return std::string(problem.empty() ? "cuda:0" : "cpu");
    if (!problem.empty())
        return Error{ErrorKind::Usage,
                     "train.no-device",
                     "The device \"" + asked + "\" cannot be used: " + problem +
                         ". Use --device cpu.",
                     {{"device", asked}, {"reason", problem}}};
    const std::int64_t number =
        asked == "cuda" ? 0 : parseInteger(asked.substr(asked.find(':') + 1)).value_or(-1);
    if (number < 0 || number >= at::detail::getCUDAHooks().deviceCount())
        return Error{ErrorKind::Usage,
                     "train.no-device",
                     "There is no device \"" + asked +
                         "\"; \"continuo devices\" lists what there is.",
                     {{"device", asked}, {"reason", "no such card"}}};
    return "cuda:" + std::to_string(number);
}

bool cpuHasBfloat16()
{
#if defined(__x86_64__)
    // The compiler's test also asks the operating system whether it keeps the wide registers.
    if (!__builtin_cpu_supports("avx512f") || !__builtin_cpu_supports("avx512bw"))
        return false;
    unsigned a = 0;
    unsigned b = 0;
    unsigned c = 0;
    unsigned d = 0;
    if (__get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 && (d >> 22 & 1U) != 0)
        return true;                                                           // AMX-BF16
    return __get_cpuid_count(7, 1, &a, &b, &c, &d) != 0 && (a >> 5 & 1U) != 0; // AVX512-BF16
#else
    return false;
#endif
}

std::string choosePrecision(const std::string& asked, const std::string& device)
{
    if (asked != "auto")
        return asked;
    return device == "cpu" && cpuHasBfloat16() ? "bfloat16" : "float32";
}

std::string cpuName()
{
    std::ifstream info("/proc/cpuinfo");
    for (std::string line; std::getline(info, line);)
        if (line.starts_with("model name"))
            return std::string(trimmed(std::string_view(line).substr(line.find(':') + 1)));
    return "CPU";
}

std::string libtorchVersion()
{
    return TORCH_VERSION;
}

} // namespace continuo
