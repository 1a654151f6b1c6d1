// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compose/sample_score.h"

#include "core/abc/read_abc.h"
#include "core/base/file.h"
#include "core/edit/track_edit.h"
#include "core/music/meter.h"

#include <QCoreApplication>

#include <algorithm>
#include <cassert>
#include <filesystem>

namespace continuo::ui {

namespace {

constexpr int kBars = 8;
constexpr std::uint8_t kFlute = 73;

void apply(Score& score, const ScorePatch& patch)
{
    [[maybe_unused]] const Status applied = applyPatch(score, patch);
    assert(applied);
}

Score emptyScore()
{
    Score score;
    const std::string name = QCoreApplication::translate("SampleScore", "Melody").toStdString();
    apply(score, addTrack(score, namedTrack(name, 0, 0)));
    return score;
}

} // namespace

QString sampleTitle()
{
    return QCoreApplication::translate("SampleScore", "Evening jig");
}

Score sampleScore(const StudioPaths& paths)
{
    const std::filesystem::path file(paths.tunes().toStdString() + "/the-kesh-jig.abc");
    const Result<std::string> text = readTextFile(file);
    Result<std::vector<AbcTune>> tunes =
        text ? readAbc(*text, readablePath(file)) : Result<std::vector<AbcTune>>(text.error());
    if (!tunes || tunes->empty() || tunes->front().score.tracks.empty())
        return emptyScore();
    Score score = std::move(tunes->front().score);
    const Tick end = MeterMap(score).barStart(kBars);
    Track& track = score.tracks.front();
    std::erase_if(track.notes, [end](const Note& note) { return note.start >= end; });
    std::erase_if(track.events, [end](const Event& event) { return event.time >= end; });
    for (Note& note : track.notes)
        note.length = std::min(note.length, end - note.start);
    track.end = end;
    const TrackId id = track.id;
    apply(score, renameTrack(score, id,
                             QCoreApplication::translate("SampleScore", "Melody").toStdString()));
    apply(score, setTrackProgram(score, id, kFlute));
    return score;
}

} // namespace continuo::ui
