// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/whole_folder.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace continuo {

/// Bytes before the numbers: a multiple of 64, as the format wants it, with room for any shape.
inline constexpr std::size_t kNpyHeaderBytes = 128;

/// A row-major array in NumPy's format (NPY 1.0), written as it comes. Numbers have the byte order
/// of this machine, and the header says which.
class NpyWriter
{
public:
    /// `columns` 0 makes an array of one dimension, else one of two. Errors: those of
    /// WholeFolderWriter::create().
    template <typename Number>
    static Result<NpyWriter> create(WholeFolderWriter& folder, std::string_view path,
                                    std::size_t columns)
    {
        static_assert(std::is_integral_v<Number>);
        return create(folder, path, typeName(sizeof(Number), std::is_signed_v<Number>),
                      sizeof(Number), columns);
    }

    /// Further numbers, row by row.
    template <typename Number>
    Status append(std::span<const Number> numbers)
    {
        const auto bytes = std::as_bytes(numbers);
        m_bytes += bytes.size();
        return m_file.write(
            std::span(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()));
    }

    /// Writes the shape: whole rows of what was appended. Nothing may be appended afterwards.
    Status finish();

private:
    NpyWriter(FolderFile file, std::string type, std::size_t numberBytes, std::size_t columns);
    static Result<NpyWriter> create(WholeFolderWriter& folder, std::string_view path,
                                    std::string type, std::size_t numberBytes, std::size_t columns);
    static std::string typeName(std::size_t bytes, bool isSigned);
    std::string header() const;

    FolderFile m_file;
    std::string m_type;
    std::size_t m_numberBytes;
    std::size_t m_columns;
    std::uint64_t m_bytes = 0;
};

} // namespace continuo
