// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <string>
#include <vector>

namespace continuo {

/// A place to compute, as `devices` lists it.
struct ComputeDevice
{
    std::string id{};   ///< "cpu", "cuda:0": what --device takes.
    std::string name{}; ///< The processor's or the card's, for people.
    bool isAvailable = false;
    std::uint64_t memoryBytes = 0;         ///< 0 where it is not known.
    std::vector<std::string> precisions{}; ///< That it has instructions for: "float32", "bfloat16".
    std::string reason{};                  ///< Why it is not available, in words.
};

/// The CPU, and every CUDA device or one entry that says why there is none.
std::vector<ComputeDevice> computeDevices();

/// The device for "auto", "cpu", "cuda" or "cuda:N", as "cpu" or "cuda:N"; auto takes the first
/// CUDA device, else the CPU. Opens libtorch's CUDA half where a card is asked for. Errors (kind
/// Usage): train.no-device.
Result<std::string> chooseDevice(const std::string& asked);

/// True where the processor and the operating system offer bfloat16 arithmetic (AVX512-BF16 or
/// AMX).
bool cpuHasBfloat16();

/// "float32", "tf32", "bfloat16" or "float16" for "auto" or a name: by what the device ("cpu" or
/// "cuda:N") can do and does fast, never by a timing. Errors (kind Usage): train.no-precision where it cannot.
Result<std::string> choosePrecision(const std::string& asked, const std::string& device);

/// The processor's name for receipts.
std::string cpuName();

/// The version of libtorch this program runs with.
std::string libtorchVersion();

} // namespace continuo
