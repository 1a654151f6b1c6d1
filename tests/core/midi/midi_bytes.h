// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace continuo::test {

using FileBytes = std::vector<std::uint8_t>;

/// "00 90 3c 40" as bytes; words of more than two characters are taken as text: "MTrk".
inline FileBytes fileBytes(std::string_view text)
{
    const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
    FileBytes bytes;
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t end = text.find(' ', i) == std::string_view::npos ? text.size() : text.find(' ', i);
        const std::string_view word = text.substr(i, end - i);
        if (word.size() == 2)
            bytes.push_back(static_cast<std::uint8_t>(digit(word[0]) * 16 + digit(word[1])));
        else
            bytes.insert(bytes.end(), word.begin(), word.end());
        i = end + 1;
    }
    return bytes;
}

inline FileBytes operator+(FileBytes a, const FileBytes& b)
{
    a.insert(a.end(), b.begin(), b.end());
    return a;
}

inline FileBytes chunk(std::string_view tag, const FileBytes& contents)
{
    FileBytes bytes(tag.begin(), tag.end());
    for (int shift = 24; shift >= 0; shift -= 8)
        bytes.push_back(static_cast<std::uint8_t>(contents.size() >> shift));
    return bytes + contents;
}

inline FileBytes header(int format, int tracks, int division)
{
    FileBytes contents;
    for (const int value : {format, tracks, division}) {
        contents.push_back(static_cast<std::uint8_t>(value >> 8));
        contents.push_back(static_cast<std::uint8_t>(value));
    }
    return chunk("MThd", contents);
}

/// A file of format 0 at 96 ticks a quarter with one track: the bytes of `text` and an end-of-track.
inline FileBytes oneTrack(std::string_view text)
{
    return header(0, 1, 96) + chunk("MTrk", fileBytes(text) + fileBytes("00 ff 2f 00"));
}

} // namespace continuo::test
