// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>

namespace continuo {

/// A short immutable byte string with value semantics in the size of one pointer; empty costs nothing. A file of a
/// million controllers must not cost a million vectors.
class Bytes
{
public:
    Bytes() = default;
    explicit Bytes(std::span<const std::uint8_t> bytes)
    {
        if (bytes.empty())
            return;
        m_block = std::make_unique_for_overwrite<std::uint8_t[]>(sizeof(std::size_t) + bytes.size());
        const std::size_t size = bytes.size();
        std::memcpy(m_block.get(), &size, sizeof size);
        std::memcpy(m_block.get() + sizeof size, bytes.data(), size);
    }
    explicit Bytes(std::string_view text)
        : Bytes(std::span(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()))
    {
    }
    Bytes(const Bytes& other)
        : Bytes(other.span())
    {
    }
    Bytes(Bytes&&) noexcept = default;
    Bytes& operator=(const Bytes& other)
    {
        if (this != &other)
            *this = Bytes(other);
        return *this;
    }
    Bytes& operator=(Bytes&&) noexcept = default;
    ~Bytes() = default;

    std::span<const std::uint8_t> span() const
    {
        if (!m_block)
            return {};
        std::size_t size = 0;
        std::memcpy(&size, m_block.get(), sizeof size);
        return {m_block.get() + sizeof size, size};
    }
    std::string_view text() const
    {
        const auto bytes = span();
        return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
    }
    bool empty() const { return !m_block; }
    std::size_t size() const { return span().size(); }
    std::uint8_t operator[](std::size_t index) const { return span()[index]; }

    friend bool operator==(const Bytes& a, const Bytes& b) { return a.text() == b.text(); }

private:
    std::unique_ptr<std::uint8_t[]> m_block;
};

} // namespace continuo
