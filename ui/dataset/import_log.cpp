// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dataset/import_log.h"

#include "ui/base/words.h"

#include <QCoreApplication>

#include <algorithm>
#include <string_view>

namespace continuo::ui {

namespace {

struct LogWords
{
    Q_DECLARE_TR_FUNCTIONS(continuo::ui::ImportLog)
};

struct Entry
{
    std::string_view id{};
    const char* text = nullptr;
};

constexpr Entry kRemarks[] = {
    {"midi.missing-note-off", QT_TRANSLATE_NOOP("continuo::ui::ImportLog", "notes never ended")},
    {"midi.unreleased-notes", QT_TRANSLATE_NOOP("continuo::ui::ImportLog", "notes never ended")},
    {"midi.no-end-of-track", QT_TRANSLATE_NOOP("continuo::ui::ImportLog", "tracks without an end")},
    {"midi.after-end-of-track",
     QT_TRANSLATE_NOOP("continuo::ui::ImportLog", "events behind a track's end")},
    {"midi.event-cut", QT_TRANSLATE_NOOP("continuo::ui::ImportLog", "ends inside an event")},
    {"midi.track-past-end",
     QT_TRANSLATE_NOOP("continuo::ui::ImportLog", "a track longer than the file")},
    {"midi.track-count", QT_TRANSLATE_NOOP("continuo::ui::ImportLog", "wrong number of tracks")},
    {"midi.header-length", QT_TRANSLATE_NOOP("continuo::ui::ImportLog", "unusual header")},
    {"midi.unknown-format", QT_TRANSLATE_NOOP("continuo::ui::ImportLog", "unknown MIDI format")},
    {"midi.stray-bytes", QT_TRANSLATE_NOOP("continuo::ui::ImportLog", "bytes between tracks")},
    {"midi.prefix", QT_TRANSLATE_NOOP("continuo::ui::ImportLog", "something before the header")},
    {"midi.riff", QT_TRANSLATE_NOOP("continuo::ui::ImportLog", "odd RIFF wrapping")},
    {"midi.running-status",
     QT_TRANSLATE_NOOP("continuo::ui::ImportLog", "running status where there is none")},
    {"midi.bad-tempo", QT_TRANSLATE_NOOP("continuo::ui::ImportLog", "impossible tempo")},
    {"midi.bad-time-signature",
     QT_TRANSLATE_NOOP("continuo::ui::ImportLog", "impossible time signature")},
    {"midi.bad-key-signature",
     QT_TRANSLATE_NOOP("continuo::ui::ImportLog", "impossible key signature")},
    {"abc.bar-does-not-add-up",
     QT_TRANSLATE_NOOP("continuo::ui::ImportLog", "bars that do not add up")},
    {"abc.unknown-character",
     QT_TRANSLATE_NOOP("continuo::ui::ImportLog", "characters without a meaning")},
    {"abc.unknown-line", QT_TRANSLATE_NOOP("continuo::ui::ImportLog", "lines without a meaning")},
    {"abc.no-key", QT_TRANSLATE_NOOP("continuo::ui::ImportLog", "no key given")},
    {"abc.bad-key", QT_TRANSLATE_NOOP("continuo::ui::ImportLog", "impossible key")},
    {"abc.bad-meter", QT_TRANSLATE_NOOP("continuo::ui::ImportLog", "impossible meter")},
    {"abc.bad-tempo", QT_TRANSLATE_NOOP("continuo::ui::ImportLog", "impossible tempo")},
    {"abc.bad-length", QT_TRANSLATE_NOOP("continuo::ui::ImportLog", "impossible length")},
    {"abc.grace-notes-left-out",
     QT_TRANSLATE_NOOP("continuo::ui::ImportLog", "grace notes left out")},
    {"abc.loose-tie", QT_TRANSLATE_NOOP("continuo::ui::ImportLog", "ties that lead nowhere")},
    {"abc.bar-unlike-other-voices",
     QT_TRANSLATE_NOOP("continuo::ui::ImportLog", "bars shorter than in another voice")},
    {"abc.voices-end-apart", QT_TRANSLATE_NOOP("continuo::ui::ImportLog", "voices that end apart")},
    {"abc.overlay-does-not-add-up",
     QT_TRANSLATE_NOOP("continuo::ui::ImportLog", "second lines of notes that do not add up")},
    {"abc.empty-overlay",
     QT_TRANSLATE_NOOP("continuo::ui::ImportLog", "second lines of notes with no first")},
    {"abc.accompaniment-left-out",
     QT_TRANSLATE_NOOP("continuo::ui::ImportLog", "accompaniment left out")},
    {"abc.words-left-over",
     QT_TRANSLATE_NOOP("continuo::ui::ImportLog", "more syllables than notes")},
    {"abc.symbols-left-over",
     QT_TRANSLATE_NOOP("continuo::ui::ImportLog", "more symbols than notes")},
    {"abc.symbols-without-music",
     QT_TRANSLATE_NOOP("continuo::ui::ImportLog", "symbols under no music")},
    {"abc.too-many-symbols",
     QT_TRANSLATE_NOOP("continuo::ui::ImportLog", "too many lines of symbols")},
    {"abc.bad-symbol", QT_TRANSLATE_NOOP("continuo::ui::ImportLog", "impossible symbols")},
    {"abc.quarter-tone", QT_TRANSLATE_NOOP("continuo::ui::ImportLog", "quarter tones")},
    {"abc.note-out-of-range",
     QT_TRANSLATE_NOOP("continuo::ui::ImportLog", "notes beyond the keyboard")},
    {"abc.no-notes", QT_TRANSLATE_NOOP("continuo::ui::ImportLog", "tunes without notes")},
    {"abc.no-segno", QT_TRANSLATE_NOOP("continuo::ui::ImportLog", "jumps to a missing mark")},
    {"abc.missing-part", QT_TRANSLATE_NOOP("continuo::ui::ImportLog", "parts that are missing")},
    {"abc.open-chord", QT_TRANSLATE_NOOP("continuo::ui::ImportLog", "chords never closed")},
    {"abc.open-quote",
     QT_TRANSLATE_NOOP("continuo::ui::ImportLog", "quotation marks never closed")},
    {"abc.open-field", QT_TRANSLATE_NOOP("continuo::ui::ImportLog", "fields never closed")},
    {"abc.open-grace", QT_TRANSLATE_NOOP("continuo::ui::ImportLog", "grace notes never closed")},
    {"abc.more-remarks", QT_TRANSLATE_NOOP("continuo::ui::ImportLog", "more than are listed")},
    {"midi.no-status", QT_TRANSLATE_NOOP("continuo::ui::ImportLog", "data without a status")},
    {"midi.data-byte", QT_TRANSLATE_NOOP("continuo::ui::ImportLog", "impossible data bytes")},
    {"midi.end-of-track-length",
     QT_TRANSLATE_NOOP("continuo::ui::ImportLog", "odd end of a track")},
    {"abc.tie-without-note",
     QT_TRANSLATE_NOOP("continuo::ui::ImportLog", "ties that lead nowhere")},
};

QString withoutLineEnds(QString text)
{
    return text.replace(QLatin1Char('\r'), QLatin1Char(' '))
        .replace(QLatin1Char('\n'), QLatin1Char(' '));
}

QByteArray quoted(const QString& text)
{
    QString plain = text;
    plain.replace(QLatin1Char('"'), QStringLiteral("\"\""));
    return '"' + plain.toUtf8() + '"';
}

} // namespace

QString remarkInWords(const std::string& id)
{
    const auto* const found = std::ranges::find(kRemarks, std::string_view(id), &Entry::id);
    if (found != std::end(kRemarks))
        return LogWords::tr(found->text);
    // "abc.bad-tuplet": "bad tuplet (abc)".
    const QString whole = QString::fromStdString(id);
    const QString words =
        whole.section(QLatin1Char('.'), 1).replace(QLatin1Char('-'), QLatin1Char(' '));
    return words.isEmpty()
               ? LogWords::tr("other remarks")
               : LogWords::tr("%1 (%2)").arg(words, whole.section(QLatin1Char('.'), 0, 0));
}

Result<ReadNotes> readImportNotes(const std::filesystem::path& set, const CancelToken& cancel)
{
    const Result<Dataset> dataset = Dataset::open(set, Dataset::Access::Read);
    if (!dataset)
        return dataset.error();
    ReadNotes found;
    const Status read = dataset->forEachFile([&](const DatasetFile& file) {
        if (file.status != FileStatus::AcceptedWithNotes)
            return !cancel.isCancelled();
        ++found.files;
        const std::size_t first = found.notes.size();
        for (const Remark& remark : file.remarks) {
            const auto own = found.notes.begin() + static_cast<std::ptrdiff_t>(first);
            const auto known = std::find_if(own, found.notes.end(), [&](const ReadNote& note) {
                return note.first.id == remark.id;
            });
            if (known != found.notes.end())
                ++known->count;
            else if (found.notes.size() < kMostReadNotes)
                found.notes.push_back({file.id, file.path, remark, 1});
            else
                ++found.leftOut;
        }
        return !cancel.isCancelled();
    });
    if (!read)
        return read.error();
    if (cancel.isCancelled())
        return cancelledError();
    return found;
}

QByteArray logAsCsv(const std::vector<LogLine>& lines)
{
    QByteArray table = "outcome,id,reason,file,words\r\n";
    for (const LogLine& line : lines) {
        table += line.isRejected ? "rejected," : "acceptedWithNotes,";
        table += quoted(QString::fromStdString(line.id)) + ',' + quoted(line.reason) + ',' +
                 quoted(line.path) + ',' + quoted(line.words) + "\r\n";
    }
    return table;
}

QByteArray logAsText(const std::vector<LogLine>& lines)
{
    QByteArray text;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const LogLine& line = lines[i];
        const bool isNew = i == 0 || lines[i - 1].reason != line.reason ||
                           lines[i - 1].isRejected != line.isRejected;
        if (isNew) {
            const auto others = std::ranges::count_if(lines, [&](const LogLine& other) {
                return other.reason == line.reason && other.isRejected == line.isRejected;
            });
            const QString heading = line.isRejected ? LogWords::tr("Rejected, %1: %2")
                                                    : LogWords::tr("Read with remarks, %1: %2");
            text += (i == 0 ? "" : "\n") + heading.arg(line.reason, countInWords(others)).toUtf8() +
                    '\n';
        }
        text += "  " + withoutLineEnds(line.path).toUtf8() + "\n    " +
                withoutLineEnds(line.words).toUtf8() + '\n';
    }
    return text;
}

} // namespace continuo::ui
