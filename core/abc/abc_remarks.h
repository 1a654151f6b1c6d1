// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace continuo {

/// Something that was read otherwise than it was written, or not at all.
struct AbcRemark
{
    std::string id{};         ///< Stable: "abc.bar-does-not-add-up".
    std::string text{};       ///< The same in English, with the line.
    std::uint32_t line = 0;   ///< From 1.
    std::uint32_t column = 0; ///< Byte of the line, from 1.

    friend bool operator==(const AbcRemark&, const AbcRemark&) = default;
};

/// Collects remarks up to a limit, so that a hostile text cannot fill the memory with them.
class AbcRemarks
{
public:
    static constexpr std::size_t kLimit = 100;

    /// One remark of a kind at a place is enough: a second is left out.
    void add(std::string_view id, std::string_view what, std::uint32_t line, std::uint32_t column);
    std::vector<AbcRemark> take();

private:
    std::vector<AbcRemark> m_remarks;
    std::size_t m_dropped = 0;
};

} // namespace continuo
