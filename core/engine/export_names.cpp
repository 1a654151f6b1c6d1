// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/export_names.h"

#include "core/base/text.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

namespace continuo {
namespace {

struct Letter
{
    std::uint32_t code = 0;
    std::size_t bytes = 1;
};

/// The character that begins at `at` of well-formed UTF-8.
Letter letterAt(std::string_view text, std::size_t at)
{
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
    const unsigned char first = byte(0);
    if (first < 0x80)
        return {first, 1};
    const std::size_t bytes = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    std::uint32_t code = first & (0xffu >> (bytes + 1));
    for (std::size_t i = 1; i < bytes; ++i)
        code = code << 6 | (byte(i) & 0x3fu);
    return {code, bytes};
}

bool isRefused(std::uint32_t code)
{
    const bool isControl = code < 0x20 || (code >= 0x7f && code < 0xa0);
    const bool isDirection = code == 0x200e || code == 0x200f || code == 0x2028 || code == 0x2029 ||
                             (code >= 0x202a && code <= 0x202e) ||
                             (code >= 0x2066 && code <= 0x2069) || code == 0xfeff;
    return isControl || isDirection ||
           (code < 0x80 && std::string_view("<>:\"/\\|?*").find(static_cast<char>(code)) !=
                               std::string_view::npos);
}

/// At most `bytes` bytes, cut between characters.
std::string_view cut(std::string_view text, std::size_t bytes)
{
    if (text.size() <= bytes)
        return text;
    while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xc0u) == 0x80)
        --bytes;
    return text.substr(0, bytes);
}

std::string_view withoutTail(std::string_view name)
{
    while (!name.empty() && (name.back() == '.' || name.back() == ' '))
        name.remove_suffix(1);
    return name;
}

/// Whether Windows takes the name for a device, whatever its ending.
bool isDevice(std::string_view name)
{
    std::string base = lowerCase(withoutTail(name.substr(0, name.find('.'))));
    constexpr std::array<std::string_view, 6> kDevices{"con", "prn",    "aux",
                                                       "nul", "conin$", "conout$"};
    if (std::ranges::find(kDevices, base) != kDevices.end())
        return true;
    if (!base.starts_with("com") && !base.starts_with("lpt"))
        return false;
    const std::string_view number = std::string_view(base).substr(3);
    return (number.size() == 1 && number[0] >= '0' && number[0] <= '9') || number == "\u00b9" ||
           number == "\u00b2" || number == "\u00b3";
}

/// Capital and small letters as one, of the alphabets in which file systems do so.
std::string folded(std::string_view text)
{
    std::string key;
    for (std::size_t i = 0; i < text.size();) {
        const auto [code, bytes] = letterAt(text, i);
        std::uint32_t small = code;
        if (code < 0x80)
            small = code >= 'A' && code <= 'Z' ? code + 32 : code;
        else if ((code >= 0xc0 && code <= 0xde && code != 0xd7) ||
                 (code >= 0x391 && code <= 0x3a9) || (code >= 0x410 && code <= 0x42f))
            small = code + 32;
        else if (code >= 0x400 && code <= 0x40f)
            small = code + 80;
        else if ((code >= 0x100 && code <= 0x137) || (code >= 0x14a && code <= 0x177) ||
                 (code >= 0x1e00 && code <= 0x1eff))
            small = code | 1u;
        else if ((code >= 0x139 && code <= 0x148) || (code >= 0x179 && code <= 0x17e))
            small = code + (code & 1u);
        if (small < 0x80)
            key += static_cast<char>(small);
        else
            key += std::to_string(small) + '\1'; // No safe name has one.
        i += bytes;
    }
    return key;
}

bool isSeparator(char letter)
{
#ifdef _WIN32
    return letter == '/' || letter == '\\';
#else
    return letter == '/';
#endif
}

std::vector<std::string_view> namesOf(std::string_view path)
{
    std::vector<std::string_view> names;
    std::size_t begin = 0;
    for (std::size_t i = 0; i <= path.size(); ++i) {
        if (i < path.size() && !isSeparator(path[i]))
            continue;
        names.push_back(path.substr(begin, i - begin));
        begin = i + 1;
    }
    return names;
}

} // namespace

std::string safeName(std::string_view bytes)
{
    const std::string text = toUtf8(bytes);
    std::string name;
    for (std::size_t i = 0; i < text.size();) {
        const auto [code, length] = letterAt(text, i);
        if (isRefused(code))
            name += '_';
        else
            name += text.substr(i, length);
        i += length;
    }
    name = withoutTail(name);
    if (name.empty())
        return "_";
    if (isDevice(name))
        name.insert(name.begin(), '_');
    const NameParts parts = nameParts(name);
    std::string stem(cut(parts.stem, kLongestName - parts.ending.size()));
    return parts.ending.empty() ? std::string(withoutTail(stem)) : stem + std::string(parts.ending);
}

std::string commonFolder(std::span<const std::string> paths)
{
    if (paths.empty())
        return {};
    std::string_view common = paths.front();
    for (const std::string& path : paths) {
        const auto differ = std::ranges::mismatch(common, path).in1;
        common = common.substr(0, static_cast<std::size_t>(differ - common.begin()));
    }
    std::size_t end = 0;
    std::size_t begin = 0;
    for (std::size_t i = 0; i < common.size(); ++i) {
        if (!isSeparator(common[i]))
            continue;
        if (lowerCase(common.substr(begin, i - begin)).ends_with(".zip"))
            break;
        begin = end = i + 1;
    }
    return std::string(common.substr(0, end));
}

std::string safePath(std::string_view path, std::string_view folder)
{
    if (path.starts_with(folder))
        path.remove_prefix(folder.size());
    std::vector<std::string> names;
    std::size_t bytes = 0;
    for (const std::string_view name : namesOf(path)) {
        if (name.empty() || name == ".")
            continue;
        names.push_back(safeName(name));
        bytes += names.back().size() + 1;
    }
    std::size_t first = 0;
    while (bytes > kLongestExportPath && first + 1 < names.size())
        bytes -= names[first++].size() + 1;
    std::string safe;
    for (std::size_t i = first; i < names.size(); ++i)
        safe += (safe.empty() ? "" : "/") + names[i];
    return safe.empty() ? "_" : safe;
}

NameParts nameParts(std::string_view path)
{
    const std::size_t slash = path.rfind('/');
    const std::size_t name = slash == std::string_view::npos ? 0 : slash + 1;
    const std::size_t dot = path.rfind('.');
    constexpr std::size_t kLongestEnding = 16;
    if (dot == std::string_view::npos || dot <= name || path.size() - dot > kLongestEnding)
        return {path, {}};
    return {path.substr(0, dot), path.substr(dot)};
}

void TakenNames::keepFolders(std::string_view path)
{
    for (std::size_t slash = path.rfind('/'); slash != std::string_view::npos && slash > 0;
         slash = path.rfind('/', slash - 1)) {
        if (!m_taken.insert(folded(path.substr(0, slash))).second)
            break; // Then the folders around it are there, too.
    }
}

std::string TakenNames::take(std::string_view stem, std::string_view ending)
{
    const std::size_t slash = stem.rfind('/');
    const std::size_t name = slash == std::string_view::npos ? 0 : slash + 1;
    const auto called = [&](std::string_view number) {
        const std::size_t room = kLongestName - number.size() - ending.size();
        std::string whole(stem.substr(0, name));
        whole.append(cut(stem.substr(name), room)).append(number).append(ending);
        return whole;
    };
    std::string whole = called({});
    if (m_taken.insert(folded(whole)).second)
        return whole;
    // Long names share their numbers, for they are alike once they are cut.
    constexpr std::size_t kRoomForNumbers = 32;
    const std::string_view kept =
        stem.substr(0, name + cut(stem.substr(name), kLongestName - kRoomForNumbers).size());
    std::size_t& last = m_last.try_emplace(folded(kept).append(ending), 1).first->second;
    do {
        whole = called(" (" + std::to_string(++last) + ")");
    } while (!m_taken.insert(folded(whole)).second);
    return whole;
}

} // namespace continuo
