// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/file.h"
#include "core/base/result.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace continuo {

/// One tensor in a safetensors file. `dtype` as the format names it: "F32", "BF16", "I64", "U8", …
struct Tensor
{
    std::string dtype = "F32";
    std::vector<std::int64_t> shape{}; ///< Empty for a scalar.
    std::vector<std::byte> bytes{};    ///< Little-endian, row-major.

    friend bool operator==(const Tensor&, const Tensor&) = default;
};

Tensor floatTensor(std::span<const float> values, std::vector<std::int64_t> shape);
/// The values of an F32 tensor; asserts the dtype.
std::vector<float> floatValues(const Tensor& tensor);

/// A safetensors file (format of huggingface/safetensors: 8-byte little-endian header length, JSON header with
/// __metadata__, tensors without gaps) as values.
struct TensorFile
{
    std::map<std::string, std::string> metadata{};
    std::map<std::string, Tensor> tensors{};

    friend bool operator==(const TensorFile&, const TensorFile&) = default;
};

/// Reads the whole file; nothing is mapped. Checks everything before it allocates: header length, offsets that overlap,
/// leave gaps or leave the file, shapes that do not multiply to the bytes, duplicate names, unknown dtypes.
/// Errors (kind Refused): safetensors.not-one, safetensors.truncated, safetensors.bad-header, safetensors.bad-tensor.
Result<TensorFile> readTensorFile(const std::filesystem::path& path);
Result<TensorFile> parseTensorFile(std::span<const std::uint8_t> bytes, const std::string& nameForErrors);

/// The metadata and the tensors' names, dtypes and shapes without the tensors' bytes (they stay empty).
Result<TensorFile> readTensorFileHeader(const std::filesystem::path& path);

/// Durable, whole or not at all. Tensors are ordered by name, so equal contents give equal bytes.
Status writeTensorFile(const std::filesystem::path& path, const TensorFile& file, Overwrite overwrite);

} // namespace continuo
