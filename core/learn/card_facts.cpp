// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/learn/card_facts_p.h"

#include <array>
#include <cstddef>

#ifndef _WIN32
#include <dlfcn.h>
#endif

namespace continuo {

std::vector<std::string> precisionsOf(const CardFacts& card)
{
    std::vector<std::string> precisions{"float32"};
    if (card.hasShortProducts())
        precisions.insert(precisions.end(), {"tf32", "bfloat16"});
    if (card.hasHalfProducts())
        precisions.emplace_back("float16");
    return precisions;
}

#ifdef _WIN32

std::optional<CardFacts> cardFacts(int, const char*)
{
    return std::nullopt;
}

#else

namespace {

// From NVIDIA's cuda.h, which is not needed to build this program. All answer 0 for success.
constexpr int kComputeCapabilityMajor = 75;
constexpr int kComputeCapabilityMinor = 76;
using Begin = int (*)(unsigned int);
using Find = int (*)(int*, int);
using Ask = int (*)(int*, int, int);
using Name = int (*)(char*, int, int);
using Memory = int (*)(std::size_t*, int);

template <typename Function>
Function function(void* library, const char* name)
{
    return reinterpret_cast<Function>(dlsym(library, name));
}

} // namespace

std::optional<CardFacts> cardFacts(int number, const char* library)
{
    void* const driver = dlopen(library, RTLD_LAZY | RTLD_LOCAL);
    if (driver == nullptr)
        return std::nullopt;
    const auto begin = function<Begin>(driver, "cuInit");
    const auto find = function<Find>(driver, "cuDeviceGet");
    const auto ask = function<Ask>(driver, "cuDeviceGetAttribute");
    const auto name = function<Name>(driver, "cuDeviceGetName");
    const auto memory = function<Memory>(driver, "cuDeviceTotalMem_v2");
    if (begin == nullptr || find == nullptr || ask == nullptr || name == nullptr ||
        memory == nullptr)
        return std::nullopt;
    int device = 0;
    CardFacts facts;
    std::array<char, 256> text{};
    std::size_t bytes = 0;
    if (begin(0) != 0 || find(&device, number) != 0 ||
        ask(&facts.major, kComputeCapabilityMajor, device) != 0 ||
        ask(&facts.minor, kComputeCapabilityMinor, device) != 0 ||
        name(text.data(), static_cast<int>(text.size()) - 1, device) != 0 ||
        memory(&bytes, device) != 0)
        return std::nullopt;
    facts.name = text.data();
    facts.memoryBytes = bytes;
    return facts;
}

#endif

} // namespace continuo
