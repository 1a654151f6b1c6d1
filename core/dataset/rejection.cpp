// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/rejection.h"

#include <algorithm>
#include <utility>

namespace continuo {
namespace {

constexpr std::pair<std::string_view, std::string_view> kWords[] = {
    {"midi.empty-file", "empty file"},
    {"midi.too-large", "too large"},
    {"midi.no-header", "not a MIDI file"},
    {"midi.header-cut", "ends inside its header"},
    {"midi.bad-header", "impossible MIDI header"},
    {"midi.bad-division", "impossible time division"},
    {"midi.too-many-tracks", "too many tracks"},
    {"midi.track-too-long", "impossibly long"},
    {"midi.no-tracks", "no tracks"},
    {"midi.nothing-readable", "nothing readable in it"},
    {"abc.empty-file", "empty file"},
    {"abc.not-text", "not a text"},
    {"abc.no-tune", "no ABC tune in it"},
    {"abc.no-notes", "no notes"},
    {"abc.too-long", "too long"},
    {"abc.tune-too-long", "too long"},
    {"abc.file-too-long", "too long"},
    {"frames.not-json", "not a frame list"},
    {"frames.not-a-frame-list", "not a frame list"},
    {"frames.key-out-of-range", "impossible keys in a frame"},
    {"frames.empty", "no frames"},
    {"music.unknown-format", "no format we read"},
    {"zip.encrypted", "password-protected zip"},
    {"zip.damaged", "damaged zip"},
    {"zip.unsafe-name", "unsafe name in a zip"},
    {"zip.too-large", "too large"},
    {"zip.too-many-members", "too many files in a zip"},
    {"zip.bomb", "packed to do harm"},
    {"zip.nested", "a zip inside a zip"},
    {"file.too-large", "too large"},
    {"file.not-found", "gone before it was read"},
    {"file.not-readable", "may not be read"},
    {"file.not-regular", "not a plain file"},
    {"import.out-of-memory", "needs too much memory"},
};

} // namespace

std::string_view rejectionInWords(std::string_view reason)
{
    const auto* const found =
        std::ranges::find(kWords, reason, &std::pair<std::string_view, std::string_view>::first);
    return found == std::end(kWords) ? "cannot be read" : found->second;
}

std::map<std::string, std::size_t>
rejectionsInWords(const std::map<std::string, std::size_t>& reasons)
{
    std::map<std::string, std::size_t> words;
    for (const auto& [reason, files] : reasons)
        words[std::string(rejectionInWords(reason))] += files;
    return words;
}

} // namespace continuo
