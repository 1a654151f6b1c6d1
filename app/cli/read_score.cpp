// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/read_score.h"

#include "core/abc/read_abc.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/midi/read_midi.h"
#include "core/project/project_file.h"

#include <string_view>

namespace continuo::cli {

Result<ReadScore> readScore(const std::filesystem::path& path, bool playsOrnaments)
{
    const auto bytes = readFile(path);
    if (!bytes)
        return bytes.error();
    const std::string name = readablePath(path);
    const std::string_view text(reinterpret_cast<const char*>(bytes->data()), bytes->size());

    ReadScore read;
    if (looksLikeProject(*bytes)) {
        auto project = readProject(*bytes, path);
        if (!project)
            return project.error();
        read.score = std::move(project->score);
        return read;
    }
    // An ABC tune is text with a key field; everything else is for the MIDI reader to accept or to
    // explain.
    const bool isAbc = lowerCase(path.extension().string()) == ".abc" ||
                       (!text.starts_with("MThd") && !text.starts_with("RIFF") && isUtf8(text) &&
                        text.find("\nK:") != std::string_view::npos);
    if (isAbc) {
        auto tunes = readAbc(text, name, {.playsOrnaments = playsOrnaments});
        if (!tunes)
            return tunes.error();
        AbcTune& first = tunes->front();
        if (tunes->size() > 1)
            read.remarks.push_back("It holds " + std::to_string(tunes->size()) +
                                   " tunes; the first is taken: \"" + first.title + "\".");
        for (const AbcRemark& remark : first.remarks)
            read.remarks.push_back(remark.text);
        read.score = std::move(first.score);
        return read;
    }
    auto reading = readMidi(*bytes, name);
    if (!reading)
        return reading.error();
    for (const MidiRemark& remark : reading->remarks)
        read.remarks.push_back(remark.text);
    read.score = std::move(reading->score);
    return read;
}

} // namespace continuo::cli
