// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/npy_file.h"

#include <bit>
#include <cassert>
#include <utility>

namespace continuo {

NpyWriter::NpyWriter(FolderFile file, std::string type, std::size_t numberBytes,
                     std::size_t columns)
    : m_file(std::move(file))
    , m_type(std::move(type))
    , m_numberBytes(numberBytes)
    , m_columns(columns)
{
}

std::string NpyWriter::typeName(std::size_t bytes, bool isSigned)
{
    const char* const order = bytes == 1                                   ? "|"
                              : std::endian::native == std::endian::little ? "<"
                                                                           : ">";
    return order + std::string(isSigned ? "i" : "u") + std::to_string(bytes);
}

Result<NpyWriter> NpyWriter::create(WholeFolderWriter& folder, std::string_view path,
                                    std::string type, std::size_t numberBytes, std::size_t columns)
{
    Result<FolderFile> file = folder.create(path);
    if (!file)
        return file.error();
    NpyWriter writer(std::move(*file), std::move(type), numberBytes, columns);
    // A header of the same length until the shape is known.
    if (const Status written = writer.m_file.write(writer.header()); !written)
        return written.error();
    return writer;
}

std::string NpyWriter::header() const
{
    const std::uint64_t numbers = m_bytes / m_numberBytes;
    const std::string shape = m_columns == 0 ? "(" + std::to_string(numbers) + ",)"
                                             : "(" + std::to_string(numbers / m_columns) + ", " +
                                                   std::to_string(m_columns) + ")";
    constexpr std::size_t kFixed = 10; // The magic, the version and the length of what follows.
    constexpr std::size_t kRest = kNpyHeaderBytes - kFixed;
    std::string header("\x93NUMPY\x01\x00", 8);
    header += static_cast<char>(kRest & 0xff);
    header += static_cast<char>(kRest >> 8);
    header += "{'descr': '" + m_type + "', 'fortran_order': False, 'shape': " + shape + ", }";
    assert(header.size() < kNpyHeaderBytes);
    header.resize(kNpyHeaderBytes - 1, ' ');
    return header + '\n';
}

Status NpyWriter::finish()
{
    const std::string whole = header();
    if (const Status written = m_file.writeStart(
            std::span(reinterpret_cast<const std::uint8_t*>(whole.data()), whole.size()));
        !written)
        return written;
    return m_file.close();
}

} // namespace continuo
