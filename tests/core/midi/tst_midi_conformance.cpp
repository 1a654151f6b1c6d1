// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#include "core/base/file.h"
#include "core/base/text.h"
#include "core/midi/read_midi.h"
#include "core/midi/write_midi.h"
#include "core/music/tempo_map.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <set>

using namespace continuo;
using nlohmann::json;

namespace {

struct Facts
{
    MidiReading reading;
    std::vector<Note> released;
    std::vector<int> releasedPerTrack;
    std::vector<json> tempos;
    std::vector<json> timeSignatures;
    std::vector<json> keySignatures;
    std::int64_t systemExclusives = 0;
    std::int64_t texts = 0;
    std::int64_t lyrics = 0;
    std::int64_t pedals = 0;
    std::int64_t bends = 0;
    std::int64_t programs = 0;
};

Facts factsOf(MidiReading reading)
{
    Facts facts;
    const std::vector<NoteId>& unreleased = reading.unreleasedNotes;
    for (std::size_t i = 0; i < reading.score.tracks.size(); ++i) {
        const Track& track = reading.score.tracks[i];
        int released = 0;
        for (const Note& note : track.notes) {
            if (std::binary_search(unreleased.begin(), unreleased.end(), note.id))
                continue;
            facts.released.push_back(note);
            ++released;
        }
        facts.releasedPerTrack.push_back(released);
        for (const Event& event : track.events) {
            const auto payload = event.payload.span();
            const auto time = event.time.value;
            if (event.isMeta(Meta::Tempo) && payload.size() == 3)
                facts.tempos.push_back({time, payload[0] << 16 | payload[1] << 8 | payload[2], i});
            else if (event.isMeta(Meta::TimeSignature) && payload.size() >= 2)
                facts.timeSignatures.push_back({time, payload[0], 1 << payload[1], i});
            else if (event.isMeta(Meta::KeySignature) && payload.size() >= 2 && payload[1] < 2 &&
                     std::abs(static_cast<std::int8_t>(payload[0])) <= 7)
                facts.keySignatures.push_back({time, static_cast<std::int8_t>(payload[0]), payload[1], i});
            facts.systemExclusives += event.status == 0xf0 || event.status == 0xf7;
            facts.texts += event.status == 0xff && event.data1 >= 1 && event.data1 <= 9;
            facts.lyrics += event.isMeta(Meta::Lyric);
            facts.pedals += event.isChannelMessage(0xb0) && event.data1 == 64;
            facts.bends += event.isChannelMessage(0xe0);
            facts.programs += event.isChannelMessage(0xc0);
        }
    }
    const auto byTime = [](const json& a, const json& b) {
        return a[0] != b[0] ? a[0] < b[0] : a.back() < b.back();
    };
    for (auto* list : {&facts.tempos, &facts.timeSignatures, &facts.keySignatures})
        std::stable_sort(list->begin(), list->end(), byTime);
    facts.reading = std::move(reading);
    return facts;
}

/// The facts under the names of expected.jsonl.
json asJson(const Facts& facts)
{
    const Score& score = facts.reading.score;
    const std::vector<Note>& notes = facts.released;
    std::int64_t pitches = 0;
    std::int64_t velocities = 0;
    std::int64_t lengths = 0;
    std::int64_t drums = 0;
    std::set<int> channels;
    std::optional<std::int64_t> first;
    std::optional<std::int64_t> last;
    for (const Note& note : notes) {
        pitches += note.pitch.value;
        velocities += note.velocity;
        lengths += note.length.value;
        drums += note.channel == kDrumChannel;
        channels.insert(note.channel);
        first = std::min(first.value_or(note.start.value), note.start.value);
        last = std::max(last.value_or(note.start.value), note.start.value);
    }
    const int division = score.smpte ? (256 - score.smpte->framesPerSecond) << 8 | score.smpte->ticksPerFrame
                                     : score.ticksPerQuarter;
    Tick end{};
    for (const Track& track : score.tracks)
        end = std::max(end, track.end);
    const TempoMap tempo(score);
    json result{{"format", score.format},
                {"ntracks", score.tracks.size()},
                {"ntracks_declared", facts.reading.declaredTracks},
                {"division", division},
                {"smpte", nullptr},
                {"notes", notes.size()},
                {"pitch_sum", pitches},
                {"velocity_sum", velocities},
                {"dur_sum", lengths},
                {"first_onset", nullptr},
                {"last_onset", nullptr},
                {"unreleased", facts.reading.unreleasedNotes.size()},
                {"orphan_offs", facts.reading.orphanNoteOffs},
                {"drum_notes", drums},
                {"zero_length", facts.reading.zeroLengthNotes},
                {"channels", channels},
                {"notes_per_track", facts.releasedPerTrack},
                {"tempos", facts.tempos},
                {"timesigs", facts.timeSignatures},
                {"keysigs", facts.keySignatures},
                {"end_tick", end.value},
                {"sysex", facts.systemExclusives},
                {"texts", facts.texts},
                {"lyrics", facts.lyrics},
                {"running_status", facts.reading.runningStatusMessages},
                {"last_onset_seconds", nullptr},
                {"end_seconds", nullptr},
                {"pedal_events", facts.pedals},
                {"bend_events", facts.bends},
                {"program_changes", facts.programs}};
    if (score.smpte)
        result["smpte"] = {score.smpte->framesPerSecond, score.smpte->ticksPerFrame};
    if (first) {
        result["first_onset"] = *first;
        result["last_onset"] = *last;
    }
    if (score.format != 2) {
        if (last)
            result["last_onset_seconds"] = tempo.ticksToSeconds({*last});
        result["end_seconds"] = tempo.ticksToSeconds(end);
    }
    return result;
}

bool agrees(const json& expected, const json& found)
{
    if (expected.is_number_float() || found.is_number_float())
        return expected.is_number() && found.is_number() &&
               std::abs(expected.get<double>() - found.get<double>()) <=
                   1e-6 * std::max(1.0, std::abs(expected.get<double>()));
    return expected == found;
}

/// What stands in `expected` and is otherwise in `found`, as words; empty where all agrees.
std::string differences(const json& expected, const json& found)
{
    std::string words;
    for (const auto& [name, value] : expected.items())
        if (name != "warnings" && !agrees(value, found.at(name)))
            words += " " + name + ": expected " + value.dump().substr(0, 200) + ", found " +
                     found.at(name).dump().substr(0, 200) + ";";
    return words;
}

/// Empty where writing and reading again gives the same score and nothing had to be changed.
std::string roundTripFault(const Score& score)
{
    for (const bool runningStatus : {true, false}) {
        const auto writing = writeMidi(score, {.runningStatus = runningStatus});
        if (!writing)
            return writing.error().text;
        if (writing->shortenedNotes + writing->omittedEvents + writing->fillers > 0)
            return "something did not fit";
        const auto again = readMidi(writing->bytes, "written");
        if (!again)
            return again.error().text;
        if (!(again->score == score))
            return "another score came back";
    }
    return {};
}

bool isOrderly(const Score& score)
{
    std::set<std::uint32_t> ids;
    for (const Track& track : score.tracks) {
        if (!ids.insert(track.id).second)
            return false;
        for (const Note& note : track.notes)
            if (note.length.value < 0 || note.start.value < 0 || note.end() > track.end || !ids.insert(note.id).second)
                return false;
        for (const Event& event : track.events)
            if (event.time > track.end || !ids.insert(event.id).second)
                return false;
        if (!std::is_sorted(track.notes.begin(), track.notes.end(), noteBefore) ||
            !std::is_sorted(track.events.begin(), track.events.end(), eventBefore))
            return false;
    }
    return ids.empty() || *ids.rbegin() < score.nextId;
}

} // namespace

class TestMidiConformance final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void agreesWithIndependentReaders();
    void casesEndAsTheyShould();
    void foreignFilesAreRefusedOrRemarkedOnAsListed();
    void everyReadableFileComesBackTheSame();

private:
    std::vector<json> lines(const std::filesystem::path& path);

    std::filesystem::path m_root;
};

void TestMidiConformance::initTestCase()
{
    const char* const root = std::getenv("CONTINUO_SHARED_DATA");
    if (!root || !std::filesystem::exists(std::filesystem::path(root) / "expected.jsonl"))
        QSKIP("CONTINUO_SHARED_DATA names no folder with the corpora; nothing to compare with.");
    m_root = root;
}

std::vector<json> TestMidiConformance::lines(const std::filesystem::path& path)
{
    const auto text = readTextFile(path);
    std::vector<json> lines;
    if (text)
        for (const std::string& line : splitText(*text, '\n'))
            if (!line.empty())
                lines.push_back(json::parse(line));
    return lines;
}

void TestMidiConformance::agreesWithIndependentReaders()
{
    int compared = 0;
    QStringList faults;
    for (const json& line : lines(m_root / "expected.jsonl")) {
        const std::filesystem::path path = m_root / line["path"].get<std::string>();
        if (!std::filesystem::exists(path))
            continue;
        auto reading = readMidiFile(path);
        const std::string name = line["path"].get<std::string>();
        if (line["confidence"] == "none") {
            QVERIFY2(reading || reading.error().kind == ErrorKind::Refused, name.c_str());
            continue;
        }
        // Where the other readers differ, what is right is a matter of taste.
        if (line["confidence"] != "high")
            continue;
        ++compared;
        if (!reading) {
            faults << QString::fromStdString(name + ": " + reading.error().text);
            continue;
        }
        const std::string words = differences(line["facts"], asJson(factsOf(std::move(*reading))));
        if (!words.empty())
            faults << QString::fromStdString(name + ":" + words);
    }
    QVERIFY2(faults.isEmpty(), qPrintable(faults.join('\n')));
    QVERIFY2(compared >= 1'000, qPrintable(QString::number(compared)));
}

void TestMidiConformance::casesEndAsTheyShould()
{
    const std::filesystem::path folder = m_root / "conformance" / "synthetic";
    int loaded = 0;
    int tolerated = 0;
    for (const json& line : lines(folder / "cases.jsonl")) {
        const std::string name = line["name"];
        if (!std::filesystem::exists(folder / name))
            continue;
        auto reading = readMidiFile(folder / name);
        const std::string expect = line["expect"];
        QVERIFY2(reading || reading.error().kind == ErrorKind::Refused, name.c_str());
        if (expect == "nocrash")
            continue;
        QVERIFY2(reading, reading ? "" : reading.error().text.c_str());
        if (expect == "load") {
            ++loaded;
            std::string ids;
            for (const MidiRemark& remark : reading->remarks)
                ids += remark.id + " ";
            QVERIFY2(ids.empty(), (name + ": " + ids).c_str());
        } else {
            ++tolerated;
            QVERIFY2(!reading->remarks.empty(), name.c_str());
        }
        if (!line.contains("facts"))
            continue;
        // These facts name no tracks.
        json found = asJson(factsOf(std::move(*reading)));
        for (const char* list : {"tempos", "timesigs", "keysigs"})
            for (json& entry : found[list])
                entry.erase(entry.size() - 1);
        const std::string words = differences(line["facts"], found);
        QVERIFY2(words.empty(), (name + ":" + words).c_str());
    }
    QVERIFY2(loaded >= 50 && tolerated >= 20, qPrintable(QString("%1 %2").arg(loaded).arg(tolerated)));
}

void TestMidiConformance::foreignFilesAreRefusedOrRemarkedOnAsListed()
{
    // Every other file of these collections is read without a remark.
    const std::map<std::string, std::string> expected{
        {"jazz-soft/midi/test-2-tracks-type-0.mid", "midi.format-0-tracks"},
        {"jazz-soft/midi/test-corrupt-file-extra-byte.mid", "midi.stray-bytes"},
        {"jazz-soft/midi/test-empty-file.mid", "midi.empty-file"},
        {"jazz-soft/midi/test-illegal-message-f1-xx.mid", "midi.system-message"},
        {"jazz-soft/midi/test-illegal-message-f6.mid", "midi.system-message"},
        {"jazz-soft/midi/test-illegal-message-f9.mid", "midi.system-message"},
        {"jazz-soft/midi/test-illegal-message-fa.mid", "midi.system-message"},
        {"jazz-soft/midi/test-illegal-message-fc.mid", "midi.system-message"},
        {"jazz-soft/midi/test-not-a-midi-file.mid", "midi.no-header"},
        {"jazz-soft/midi/test-running-status-metaevent.mid", "midi.running-status"},
        {"jazz-soft/midi/test-syx-7e-06-01-id-request.syx", "midi.no-header"},
        {"jazz-soft/midi2/test-c-major-scale-m1-g1.midi2", "midi.midi2-clip"},
        {"jazz-soft/midi2/test-c-major-scale-m2-g1.midi2", "midi.midi2-clip"},
        {"jazz-soft/midi2/test-empty-file.midi2", "midi.empty-file"},
        {"jazz-soft/midi2/test-gm2-doggy-79-01-7b.midi2", "midi.midi2-clip"},
        {"jazz-soft/midi2/test-gs-doggy-01-00-7b.midi2", "midi.midi2-clip"},
        {"jazz-soft/midi2/test-minimal.midi2", "midi.midi2-clip"},
        {"jazz-soft/midi2/test-no-header.midi2", "midi.midi2-clip"},
        {"jazz-soft/midi2/test-out-of-order-data.midi2", "midi.midi2-clip"},
        {"jazz-soft/midi2/test-text-message.midi2", "midi.midi2-clip"},
        {"midifile-js/MIDIBadHeaderTracksNum.mid", "midi.track-count"},
        {"midifile-js/MIDIBadTrackLength.mid", "midi.track-past-end"},
        {"mido/invalid_data_byte_with_clipping_high.mid", "midi.nothing-readable"},
        {"mido/meta_message_bad_key_sig_throws_key_signature_error_flats.mid",
         "midi.bad-key-signature midi.no-status"},
        {"mido/two_tracks.mid", "midi.no-end-of-track"},
        {"musescore-import/mtest/importmidi/perc_short_notes.mid", "midi.unreleased-notes"},
        {"musescore-import/test/midi/midi2.mid", "midi.bad-time-signature"},
        {"musescore-import/test/midi/midi3.mid", "midi.bad-time-signature"},
        {"musescore-import/test/midi/midi5.mid", "midi.bad-time-signature"},
        {"shkyrockett/track-events/system-common/0xF1-TimeCode.mid", "midi.nothing-readable"},
        {"shkyrockett/track-events/system-common/0xF2-SongPosition.mid", "midi.nothing-readable"},
        {"shkyrockett/track-events/system-common/0xF3-SongSelect.mid", "midi.nothing-readable"},
        {"shkyrockett/track-events/system-common/0xFA-Start.mid", "midi.nothing-readable"},
        {"shkyrockett/track-events/system-common/0xFB-Continue.mid", "midi.nothing-readable"},
        {"shkyrockett/track-events/system-common/0xFE-ActiveSensing.mid", "midi.nothing-readable"},
    };
    const std::filesystem::path folder = m_root / "conformance";
    int accepted = 0;
    QStringList faults;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        const std::string name = entry.path().lexically_relative(folder).generic_string();
        const std::string ending = lowerCase(entry.path().extension().string());
        if (!entry.is_regular_file() || name.starts_with("synthetic/") ||
            (ending != ".mid" && ending != ".midi" && ending != ".kar" && ending != ".rmi" && ending != ".midi2" &&
             ending != ".syx"))
            continue;
        const auto reading = readMidiFile(entry.path());
        std::string ids;
        if (!reading) {
            ids = reading.error().id;
        } else {
            for (const MidiRemark& remark : reading->remarks)
                ids += (ids.empty() ? "" : " ") + remark.id;
        }
        const auto known = expected.find(name);
        if (ids != (known == expected.end() ? std::string() : known->second))
            faults << QString::fromStdString(name + ": " + ids);
        accepted += ids.empty() ? 1 : 0;
    }
    QVERIFY2(faults.isEmpty(), qPrintable(faults.join('\n')));
    QVERIFY2(accepted >= 190, qPrintable(QString::number(accepted)));
}

void TestMidiConformance::everyReadableFileComesBackTheSame()
{
    static const std::set<std::string> kEndings{".mid", ".midi", ".kar", ".rmi", ".smf", ".midi2", ".syx"};
    int same = 0;
    int refused = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(m_root)) {
        if (!entry.is_regular_file() || !kEndings.contains(lowerCase(entry.path().extension().string())))
            continue;
        const auto reading = readMidiFile(entry.path());
        if (!reading) {
            QCOMPARE(reading.error().kind, ErrorKind::Refused);
            ++refused;
            continue;
        }
        ++same;
        QVERIFY2(isOrderly(reading->score), readablePath(entry.path()).c_str());
        const std::string fault = roundTripFault(reading->score);
        QVERIFY2(fault.empty(), (readablePath(entry.path()) + ": " + fault).c_str());
    }
    qInfo("%d files came back the same, %d are no MIDI files", same, refused);
    QVERIFY(same >= 1'500);
}

QTEST_APPLESS_MAIN(TestMidiConformance)
#include "tst_midi_conformance.moc"
