// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/generate/model.h"
#include "core/weights/safetensors.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

using namespace continuo;

namespace {

/// A file from its header alone, so that changed headers are not all refused for the weights they
/// lack: as many zeros behind it as its offsets ask for, up to a limit.
std::vector<std::uint8_t> withWeights(std::string_view header)
{
    constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 18;
    std::uint64_t end = 0;
    const auto json = nlohmann::json::parse(header, nullptr, false);
    if (json.is_object())
        for (const auto& tensor : json)
            if (tensor.is_object() && tensor.contains("data_offsets") &&
                tensor["data_offsets"].is_array())
                for (const auto& offset : tensor["data_offsets"])
                    if (offset.is_number_unsigned())
                        end = std::max(end, offset.get<std::uint64_t>());
    std::vector<std::uint8_t> bytes(8);
    const std::uint64_t length = header.size();
    std::memcpy(bytes.data(), &length, bytes.size());
    bytes.insert(bytes.end(), header.begin(), header.end());
    bytes.resize(bytes.size() + static_cast<std::size_t>(std::min(end, kMostBytes)));
    return bytes;
}

} // namespace

/// Whatever the bytes: they are read or refused in words, and what is read is a model or refused in
/// words. Input that begins with a brace is the header of a file whose weights are zero.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size)
{
    std::vector<std::uint8_t> made;
    if (size > 0 && bytes[0] == '{') {
        made = withWeights({reinterpret_cast<const char*>(bytes), size});
        bytes = made.data();
        size = made.size();
    }
    const Result<TensorFile> file = parseTensorFile({bytes, size}, "fuzz.safetensors");
    if (!file) {
        if (file.error().kind != ErrorKind::Refused || file.error().text.empty())
            std::abort();
        return 0;
    }
    for (const auto& [name, tensor] : file->tensors)
        if (tensor.bytes.size() > size)
            std::abort();
    const Result<GeneratingModel> model = modelFromTensors(*file, "fuzz.safetensors");
    if (!model && model.error().text.empty())
        std::abort();
    return 0;
}
