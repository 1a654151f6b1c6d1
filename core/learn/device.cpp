// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/learn/device.h"

#include "core/base/parallel.h"
#include "core/base/text.h"
#include "core/learn/card_facts_p.h"
#include "core/learn/lstm_kernels_p.h"

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

CardFacts factsOf(const std::string& device)
{
    const std::int64_t number = parseInteger(device.substr(device.find(':') + 1)).value_or(0);
    return cardFacts(static_cast<int>(number)).value_or(CardFacts{});
}

Error noPrecision(const std::string& asked, const std::string& device, const std::string& why)
{
    return {ErrorKind::Usage,
            "train.no-precision",
            "The precision \"" + asked + "\" cannot be used on " + device + ": " + why +
                " \"continuo devices\" lists what each device has.",
            {{"precision", asked}, {"device", device}}};
}

/// Whether products in bfloat16 take the processor less time than those in float32. Of Intel's only matrix tiles do: with
/// AVX512-BF16 alone a training took 1.2 times as long as in float32.
bool bfloat16IsFaster()
{
#if defined(__x86_64__)
    return cpuHasBfloat16() && (hasMatrixTiles() || !__builtin_cpu_is("intel"));
#else
    return false;
#endif
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
    for (int i = 0; i < at::detail::getCUDAHooks().deviceCount(); ++i) {
        const CardFacts facts = cardFacts(i).value_or(CardFacts{kCard});
        devices.push_back({"cuda:" + std::to_string(i),
                           facts.name,
                           true,
                           facts.memoryBytes,
                           precisionsOf(facts),
                           {}});
    }
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

Result<std::string> choosePrecision(const std::string& asked, const std::string& device)
{
    const bool isCpu = device == "cpu";
    if (asked == "auto")
        return std::string((isCpu ? bfloat16IsFaster() : factsOf(device).hasShortProducts())
                               ? "bfloat16"
                               : "float32");
    if (asked == "tf32" && isCpu)
        return noPrecision(asked, device,
                           "it is float32 with shortened products, which only NVIDIA cards have. "
                           "Use float32 or bfloat16.");
    if (asked == "float16" && isCpu)
        return noPrecision(asked, device,
                           "processors compute it slower than float32, and libtorch's LSTM not at "
                           "all there. Use float32 or bfloat16.");
    if (asked == "tf32" && !factsOf(device).hasShortProducts())
        return noPrecision(asked, device,
                           "the card is of a generation before compute capability 8.0. Use float32 "
                           "or float16.");
    return asked;
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
