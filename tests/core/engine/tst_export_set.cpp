// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/sha256.h"
#include "core/base/text.h"
#include "core/dataset/import.h"
#include "core/encode/encoding.h"
#include "core/encode/frame.h"
#include "core/engine/export_set.h"
#include "core/engine/facts_table.h"
#include "core/midi/write_midi.h"
#include "tests/core/dataset/dataset_fixture.h"
#include "tests/core/dataset/zip_fixture.h"
#include "tests/full_disk.h"

#include <QTemporaryDir>
#include <QTest>

#include <cstring>
#include <map>
#include <set>

using namespace continuo;
namespace fs = std::filesystem;

namespace {

QByteArray midiOf(const Score& score)
{
    const auto midi = writeMidi(score);
    return {reinterpret_cast<const char*>(midi->bytes.data()), qsizetype(midi->bytes.size())};
}

QByteArray tuneMidi(std::uint32_t number)
{
    const QByteArray text = tuneText(number);
    const std::vector<std::uint8_t> bytes(text.begin(), text.end());
    return midiOf(readMusicFile(bytes, "tune.abc")->pieces.front().score);
}

/// Two notes, the first of which begins a tick late.
QByteArray offGridMidi()
{
    Score score;
    const TrackId id = score.addTrack().id;
    score.addNote(id, {.start = {1}, .length = {score.ticksPerQuarter - 1}, .pitch = {60}});
    score.addNote(id, {.start = {score.ticksPerQuarter}, .length = {score.ticksPerQuarter}, .pitch = {62}});
    return midiOf(score);
}

/// A table in CSV as rows of fields.
QList<QStringList> tableOf(const QByteArray& text)
{
    QList<QStringList> rows;
    QByteArray field;
    QStringList row;
    bool isQuoted = false;
    for (qsizetype i = 0; i < text.size(); ++i) {
        const char letter = text[i];
        if (letter == '"' && isQuoted && i + 1 < text.size() && text[i + 1] == '"') {
            field += text[++i];
        } else if (letter == '"') {
            isQuoted = !isQuoted;
        } else if (!isQuoted && (letter == ',' || letter == '\n')) {
            row.append(QString::fromUtf8(field));
            field.clear();
            if (letter == '\n')
                rows.append(std::exchange(row, {}));
        } else {
            field += letter;
        }
    }
    return rows;
}

/// Rows of a table as maps from the names in its head, by one of the fields.
QMap<QString, QMap<QString, QString>> rowsBy(const QString& key, const QByteArray& text)
{
    QMap<QString, QMap<QString, QString>> rows;
    const QList<QStringList> table = tableOf(text);
    for (qsizetype i = 1; i < table.size(); ++i) {
        QMap<QString, QString> row;
        for (qsizetype k = 0; k < table[i].size(); ++k)
            row[table[0].value(k)] = table[i][k];
        rows[row[key]] = row;
    }
    return rows;
}

/// An array in NumPy's format, version 1.0, as its documentation describes it.
struct NpyArray
{
    QByteArray type{};
    std::vector<std::size_t> shape{};
    QByteArray numbers{};

    template <typename Number>
    std::vector<Number> as() const
    {
        std::vector<Number> values(static_cast<std::size_t>(numbers.size()) / sizeof(Number));
        std::memcpy(values.data(), numbers.data(), values.size() * sizeof(Number));
        return values;
    }
};

std::optional<NpyArray> readNpy(const QByteArray& bytes)
{
    if (!bytes.startsWith(QByteArray("\x93NUMPY\x01\x00", 8)))
        return std::nullopt;
    const auto length =
        static_cast<unsigned char>(bytes[8]) + 256 * static_cast<unsigned char>(bytes[9]);
    const QByteArray header = bytes.mid(10, length);
    if ((10 + length) % 64 != 0 || !header.endsWith('\n') ||
        !header.contains("'fortran_order': False"))
        return std::nullopt;
    NpyArray array;
    const auto between = [&header](const char* from, char to) {
        const qsizetype begin = header.indexOf(from) + qsizetype(std::strlen(from));
        return header.mid(begin, header.indexOf(to, begin) - begin);
    };
    array.type = between("'descr': '", '\'');
    std::size_t count = 1;
    for (const QByteArray& size : between("'shape': (", ')').split(',')) {
        if (size.trimmed().isEmpty())
            continue;
        array.shape.push_back(size.trimmed().toULongLong());
        count *= array.shape.back();
    }
    array.numbers = bytes.mid(10 + length);
    const std::size_t width = array.type.right(1).toULongLong();
    if (static_cast<std::size_t>(array.numbers.size()) != count * width)
        return std::nullopt;
    return array;
}

} // namespace

class TestExportSet final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_dir = std::make_unique<QTemporaryDir>();
        m_in = m_dir->filePath("in");
        m_out = m_dir->filePath("out");
        m_set = m_dir->filePath("music.continuo-dataset").toStdString();
    }

    void unchangedMidiIsCopiedByteForByte();
    void piecesOfABookAreNumbered();
    void abcSaysWhatItDoesNotHold();
    void clashesAndUnsafeNamesAreResolved();
    void archivesBecomeFolders();
    void rejectedFilesAreCopiedWithTheirReasons();
    void theRecipeIsFollowedAndTold();
    void aPartIsExportedAlone();
    void manifestsAreSafeForSpreadsheets();
    void nothingToExportIsRefused_data();
    void nothingToExportIsRefused();
    void wrongRequestsAreRefused_data();
    void wrongRequestsAreRefused();
    void onlyEarlierExportsAreReplaced();
    void arraysAreWhatTheEncodingSays_data();
    void arraysAreWhatTheEncodingSays();
    void framesAreKeys();
    void vocabulariesAreFittedToTheTrainingPart();
    void piecesThatCannotBeEncodedAreTold();
    void tablesHoldTheChosenPieces();
    void cardsCountTheLeaksOfTheSplit();
    void theSameSetGivesTheSameBytes();
    void aCancelLeavesNothing_data();
    void aCancelLeavesNothing();
    void aFullDiskLeavesNothing();
    void realMusicComesBack();

private:
    void put(const QString& name, const QByteArray& bytes)
    {
        QVERIFY(writeBytes(m_in + "/" + name, bytes));
    }
    bool import(const fs::path& input = {})
    {
        ImportOptions options;
        options.inputs = {input.empty() ? toPath(m_in) : input};
        options.set = m_set;
        options.threads = 2;
        return static_cast<bool>(importMusic(options, {}));
    }
    SplitReport split(double train = 0.6)
    {
        auto set = Dataset::open(m_set, Dataset::Access::Write);
        return set->split({train, (1 - train) / 2, (1 - train) / 2, 1}).value();
    }
    ExportOptions options(ExportKind kind) const
    {
        ExportOptions options;
        options.targets = {{kind, toPath(m_out)}};
        options.threads = 3;
        if (kind == ExportKind::Npy)
            options.encoding = "grid";
        return options;
    }
    Result<ExportReport> exported(ExportKind kind) const
    {
        return exportSet(m_set, options(kind), {});
    }
    QStringList files() const
    {
        QStringList names;
        for (const auto& entry : fs::recursive_directory_iterator(toPath(m_out)))
            if (entry.is_regular_file())
                names.append(QString::fromStdString(
                    fs::relative(entry.path(), toPath(m_out)).generic_string()));
        names.sort();
        return names;
    }
    QStringList leftovers() const
    {
        QStringList names =
            QDir(m_dir->path()).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot);
        for (const char* known : {"in", "music.continuo-dataset", "music.continuo-dataset.lock"})
            names.removeAll(known);
        return names;
    }
    QByteArray output(const QString& name) const { return readBytes(m_out + "/" + name); }

    std::unique_ptr<QTemporaryDir> m_dir{};
    QString m_in{};
    QString m_out{};
    fs::path m_set{};
};

void TestExportSet::unchangedMidiIsCopiedByteForByte()
{
    // Running status written out and text behind: a writer would make other bytes.
    QByteArray odd = tuneMidi(1) + "not part of the music";
    put("folk/jigs/a.mid", odd);
    put("folk/reels/b.kar", tuneMidi(2));
    put("folk/reels/c.abc", tuneText(3));
    QVERIFY(import());
    const auto report = exported(ExportKind::Midi);
    QVERIFY2(report, report ? "" : report.error().text.c_str());
    QCOMPARE(files(), (QStringList{"jigs/a.mid", "manifest.csv", "reels/b.kar", "reels/c.mid"}));
    QCOMPARE(output("jigs/a.mid"), odd);
    QCOMPARE(output("reels/b.kar"), tuneMidi(2));
    QCOMPARE(output("reels/c.mid"), tuneMidi(3));
    QCOMPARE(report->pieces(), std::size_t(3));
    QCOMPARE(report->files(), std::size_t(4));
    QCOMPARE(report->outputs.front().copied, std::size_t(2));

    const auto rows = rowsBy("output", output("manifest.csv"));
    QCOMPARE(rows.size(), 3);
    const auto row = rows["jigs/a.mid"];
    QCOMPARE(row["source"], m_in + "/folk/jigs/a.mid");
    QCOMPARE(row["sha256"].toStdString(),
             sha256Hex(std::span(reinterpret_cast<const std::uint8_t*>(odd.constData()),
                                 static_cast<std::size_t>(odd.size()))));
    QCOMPARE(row["piece"], "1");
    QCOMPARE(row["outcome"], "copied");
    QCOMPARE(row["operations"], "");
    QCOMPARE(rows["reels/c.mid"]["outcome"], "written");
    QCOMPARE(rows["reels/c.mid"]["title"], "Tune 3");
    QCOMPARE(leftovers(), QStringList{"out"});
}

void TestExportSet::piecesOfABookAreNumbered()
{
    put("book.abc", tuneText(1) + "\n" + tuneText(2));
    put("frames.json", R"({"train": [[[60],[62],[64]]], "test": [[[65],[67]]]})");
    QVERIFY(import());
    QVERIFY(exported(ExportKind::Midi));
    QCOMPARE(files(), (QStringList{"book-1.mid", "book-2.mid", "frames-1.mid", "frames-2.mid",
                                   "manifest.csv"}));
    QCOMPARE(output("book-2.mid"), tuneMidi(2));
    const auto rows = rowsBy("output", output("manifest.csv"));
    QCOMPARE(rows["book-2.mid"]["piece"], "2");
    QCOMPARE(rows["frames-2.mid"]["part"], "test");
}

void TestExportSet::abcSaysWhatItDoesNotHold()
{
    put("tune.abc", "% a comment that only the file has\n" + tuneText(1));
    put("chords.json", R"({"train": [[[60,64],[62,65],[64,67]],[]]})");
    put("odd.mid", offGridMidi());
    QVERIFY(import());
    const auto report = exported(ExportKind::Abc);
    QVERIFY(report);
    QCOMPARE(output("tune.abc"), "% a comment that only the file has\n" + tuneText(1));
    const auto rows = rowsBy("piece", output("manifest.csv"));
    const auto all = tableOf(output("manifest.csv"));
    QVERIFY(output("manifest.csv").contains("1 note moved onto the grid of 48 steps a quarter"));
    QVERIFY(output("chords-1.abc").contains("[CE]"));
    // The second list has no notes, which ABC cannot write.
    QCOMPARE(rows["2"]["outcome"], "not-written");
    QCOMPARE(rows["2"]["output"], "");
    QVERIFY(!rows["2"]["reason"].isEmpty());
    QCOMPARE(all.size(), 5);
    QCOMPARE(report->outputs.front().leftOut, std::size_t(1));
    QCOMPARE(report->outputs.front().remarks, std::size_t(1));
    QCOMPARE(files(), (QStringList{"chords-1.abc", "manifest.csv", "odd.abc", "tune.abc"}));
}

void TestExportSet::clashesAndUnsafeNamesAreResolved()
{
    put("Tune.mid", tuneMidi(1));
    put("tune.mid", tuneMidi(2));
    put("tune.abc", tuneText(3));
    put("what?.mid", tuneMidi(4));
    put("what_.mid", tuneMidi(5));
    put("con.mid", tuneMidi(6));
    QVERIFY(writeBytes(m_in + "/plain.mid", tuneMidi(7)));
    fs::rename(toPath(m_in) / "plain.mid", toPath(m_in) / "Bj\xf8rne.mid");
    QVERIFY(import());
    QVERIFY(exported(ExportKind::Midi));
    QCOMPARE(files(), (QStringList{QString::fromUtf8("Bj\xc3\xb8rne.mid"), "Tune.mid", "_con.mid",
                                   "manifest.csv", "tune (2).mid", "tune (3).mid", "what_ (2).mid",
                                   "what_.mid"}));
    const auto rows = rowsBy("source", output("manifest.csv"));
    QCOMPARE(output(rows[m_in + "/what?.mid"]["output"]), tuneMidi(4));
    QCOMPARE(output(rows[m_in + "/what_.mid"]["output"]), tuneMidi(5));
    QCOMPARE(output(rows[m_in + "/tune.abc"]["output"]), tuneMidi(3));
    QCOMPARE(output(rows[m_in + "/tune.mid"]["output"]), tuneMidi(2));
    QCOMPARE(rows[m_in + QString::fromUtf8("/Bj\xef\xbf\xbdrne.mid")]["output"],
             QString::fromUtf8("Bj\xc3\xb8rne.mid"));
    fs::remove(toPath(m_in) / "Bj\xf8rne.mid"); // Qt cannot name it.
}

void TestExportSet::archivesBecomeFolders()
{
    QVERIFY(QDir().mkpath(m_in));
    QVERIFY(writeZip(m_in + "/tunes.zip", {{"jigs/a.mid", tuneMidi(1)}, {"b.mid", tuneMidi(2)}}));
    QVERIFY(import());
    QVERIFY(exported(ExportKind::Midi));
    QCOMPARE(files(), (QStringList{"manifest.csv", "tunes.zip/b.mid", "tunes.zip/jigs/a.mid"}));
    QCOMPARE(output("tunes.zip/jigs/a.mid"), tuneMidi(1));
}

void TestExportSet::rejectedFilesAreCopiedWithTheirReasons()
{
    put("good.mid", tuneMidi(1));
    put("bad/cut.mid", "MThd\1");
    put("bad/empty.mid", "");
    put("bad/manifest.mid", "no music");
    QVERIFY(import());
    ExportOptions how = options(ExportKind::Midi);
    how.only = ExportOnly::Rejected;
    const auto report = exportSet(m_set, how, {});
    QVERIFY2(report, report ? "" : report.error().text.c_str());
    QCOMPARE(files(),
             (QStringList{"bad/cut.mid", "bad/empty.mid", "bad/manifest.mid", "manifest.csv"}));
    QCOMPARE(output("bad/cut.mid"), QByteArray("MThd\1"));
    const auto rows = rowsBy("output", output("manifest.csv"));
    QCOMPARE(rows.size(), 3);
    QCOMPARE(rows["bad/cut.mid"]["status"], "rejected");
    QVERIFY(rows["bad/cut.mid"]["reason"].contains("cut.mid"));
    QCOMPARE(report->pieces(), std::size_t(0));
    QCOMPARE(report->files(), std::size_t(4));

    // An export of the pieces tells of them, too.
    QVERIFY(QDir(m_out).removeRecursively());
    QVERIFY(exported(ExportKind::Midi));
    QCOMPARE(files(), (QStringList{"good.mid", "manifest.csv"}));
    const auto all = rowsBy("source", output("manifest.csv"));
    QCOMPARE(all.size(), 4);
    QCOMPARE(all[m_in + "/bad/empty.mid"]["outcome"], "rejected");
    QCOMPARE(all[m_in + "/bad/empty.mid"]["output"], "");
}

void TestExportSet::theRecipeIsFollowedAndTold()
{
    put("a.mid", tuneMidi(1));
    put("copies/a.mid", tuneMidi(1));
    put("high.json", R"({"train": [[[60],[62],[64],[66],[68],[61],[63],[65],[67],[69],[71]]]})");
    QVERIFY(import());
    Recipe recipe;
    recipe.steps.push_back(makeStep("drop-duplicates"));
    recipe.steps.push_back(makeStep("transpose-c"));
    {
        auto set = Dataset::open(m_set, Dataset::Access::Write);
        QVERIFY(set);
        const auto cleaned = set->clean(recipe, 2, {});
        QVERIFY(cleaned);
        QCOMPARE(cleaned->dropped, std::size_t(1));
    }
    std::map<std::string, DatasetPiece> pieces;
    QVERIFY(Dataset::open(m_set, Dataset::Access::Read)
                ->forEachPiece([&](const DatasetPiece& piece) {
                    pieces[fs::path(piece.path).lexically_relative(toPath(m_in)).string()] = piece;
                    return true;
                }));
    QVERIFY(exported(ExportKind::Midi));
    QCOMPARE(files(), (QStringList{"a.mid", "high.mid", "manifest.csv"}));
    const auto rows = rowsBy("source", output("manifest.csv"));
    QCOMPARE(rows.size(), 3);
    const auto dropped = rows[m_in + "/copies/a.mid"];
    QCOMPARE(dropped["outcome"], "left-out");
    QCOMPARE(dropped["output"], "");
    QCOMPARE(dropped["reason"].toStdString(), pieces["copies/a.mid"].whyLeftOutText);
    QVERIFY(!dropped["reason"].isEmpty());
    std::size_t changed = 0;
    for (const char* name : {"a.mid", "high.json"}) {
        const DatasetPiece& piece = pieces[name];
        const auto row = rows[m_in + "/" + name];
        QCOMPARE(row["operations"].isEmpty(), piece.changes.empty());
        if (piece.changes.empty())
            continue;
        ++changed;
        QCOMPARE(row["outcome"], "written");
        QVERIFY(row["operations"].toStdString().ends_with(piece.changes.back().words));
        const auto cleaned = Dataset::open(m_set, Dataset::Access::Read)
                                 ->piece(std::to_string(piece.id));
        QVERIFY(cleaned);
        const auto midi = writeMidi(cleaned->score);
        QCOMPARE(output(row["output"]),
                 QByteArray(reinterpret_cast<const char*>(midi->bytes.data()),
                            qsizetype(midi->bytes.size())));
    }
    QVERIFY(changed > 0);
    QVERIFY(QDir(m_out).removeRecursively());
    ExportOptions how = options(ExportKind::Midi);
    how.only = ExportOnly::Changed;
    const auto report = exportSet(m_set, how, {});
    QVERIFY(report);
    QCOMPARE(report->pieces(), changed);
    how = options(ExportKind::Card);
    how.targets.front().to += ".md";
    QVERIFY(exportSet(m_set, how, {}));
    const QByteArray card = readBytes(m_out + ".md");
    QVERIFY(card.contains("| Pieces in use | 2 |"));
    QVERIFY(card.contains("1 of 3 pieces are left out by the recipe"));
    QVERIFY(card.contains("| Another of its family is kept | 1 |"));
    QVERIFY(card.contains(QString("| Transpose to C | %1 |").arg(changed).toUtf8()));
}

void TestExportSet::aPartIsExportedAlone()
{
    for (std::uint32_t i = 0; i < 10; ++i)
        put(QString("%1.mid").arg(i), tuneMidi(i));
    QVERIFY(import());
    const SplitReport parts = split();
    ExportOptions how = options(ExportKind::Midi);
    how.part = Part::Test;
    const auto report = exportSet(m_set, how, {});
    QVERIFY(report);
    QCOMPARE(report->pieces(), parts.test);
    QCOMPARE(std::size_t(files().size()), parts.test + 1);
    const auto rows = rowsBy("output", output("manifest.csv"));
    QCOMPARE(std::size_t(rows.size()), parts.test);
    for (const auto& row : rows)
        QCOMPARE(row["part"], "test");
}

void TestExportSet::manifestsAreSafeForSpreadsheets()
{
    QByteArray tune = tuneText(1);
    tune.replace("T:Tune 1", "T:=HYPERLINK(\"http://x\", \"a,b\")");
    put("=1+1.abc", tune);
    put("-x.abc", tuneText(2));
    QVERIFY(import());
    QVERIFY(exported(ExportKind::Abc));
    const auto rows = rowsBy("output", output("manifest.csv"));
    QCOMPARE(rows["'=1+1.abc"]["title"], "'=HYPERLINK(\"http://x\", \"a,b\")");
    QVERIFY(rows.contains("'-x.abc"));
    QVERIFY(fs::exists(toPath(m_out) / "=1+1.abc"));
    QVERIFY(QDir(m_out).removeRecursively());
    QVERIFY(exported(ExportKind::Csv));
    QVERIFY(readBytes(m_out).contains("\"'=HYPERLINK(\"\"http://x\"\", \"\"a,b\"\")\""));
}

void TestExportSet::nothingToExportIsRefused_data()
{
    QTest::addColumn<int>("only");
    QTest::addColumn<int>("part");
    QTest::addColumn<int>("kind");
    QTest::addColumn<QString>("words");
    QTest::newRow("changed") << 1 << -1 << 0 << "the recipe changes none";
    QTest::newRow("rejected") << 2 << -1 << 1 << "none of its files was rejected";
    QTest::newRow("part") << 0 << 2 << 0 << "it is not split";
    QTest::newRow("part of arrays") << 0 << 0 << 3 << "it is not split";
    QTest::newRow("part of a table") << 0 << 0 << 2 << "none of its pieces";
    QTest::newRow("changed arrays") << 1 << -1 << 3 << "none of its pieces";
}

void TestExportSet::nothingToExportIsRefused()
{
    QFETCH(const int, only);
    QFETCH(const int, part);
    QFETCH(const int, kind);
    QFETCH(const QString, words);
    put("a.mid", tuneMidi(1));
    QVERIFY(import());
    ExportOptions how = options(static_cast<ExportKind>(kind));
    how.only = static_cast<ExportOnly>(only);
    if (part >= 0)
        how.part = static_cast<Part>(part);
    const auto report = exportSet(m_set, how, {});
    QVERIFY(!report);
    QCOMPARE(QString::fromStdString(report.error().id), "export.nothing-to-export");
    QCOMPARE(report.error().kind, ErrorKind::Refused);
    QVERIFY2(report.error().text.find(words.toStdString()) != std::string::npos,
             report.error().text.c_str());
    QCOMPARE(leftovers(), QStringList());
}

void TestExportSet::wrongRequestsAreRefused_data()
{
    QTest::addColumn<QStringList>("targets"); // KIND=PATH
    QTest::addColumn<int>("only");
    QTest::addColumn<QString>("part");
    QTest::addColumn<QString>("encoding");
    QTest::addColumn<QString>("id");
    const QStringList midi{"midi=out"};
    QTest::newRow("nothing") << QStringList() << 0 << ""
                             << ""
                             << "export.nothing-asked";
    QTest::newRow("twice") << QStringList{"midi=out", "abc=out"} << 0 << ""
                           << ""
                           << "export.outputs-overlap";
    QTest::newRow("within") << QStringList{"midi=out", "card=out/card.md"} << 0 << ""
                            << ""
                            << "export.outputs-overlap";
    QTest::newRow("over itself") << QStringList{"csv=music.continuo-dataset"} << 0 << ""
                                 << ""
                                 << "export.outputs-overlap";
    QTest::newRow("no encoding") << QStringList{"npy=out"} << 0 << ""
                                 << ""
                                 << "export.no-encoding";
    QTest::newRow("unknown encoding") << QStringList{"npy=out"} << 0 << ""
                                      << "gird"
                                      << "encode.unknown-encoding";
    QTest::newRow("encoding of MIDI") << midi << 0 << ""
                                      << "grid"
                                      << "export.not-for-this";
    QTest::newRow("rejected table") << QStringList{"csv=out"} << 2 << ""
                                    << ""
                                    << "export.not-for-this";
    QTest::newRow("rejected part") << midi << 2 << "train"
                                   << ""
                                   << "export.not-for-this";
    QTest::newRow("card of a part") << QStringList{"card=c.md"} << 0 << "train"
                                    << ""
                                    << "export.not-for-this";
    QTest::newRow("card's ending") << QStringList{"card=c.pdf"} << 0 << ""
                                   << ""
                                   << "export.card-ending";
}

void TestExportSet::wrongRequestsAreRefused()
{
    QFETCH(const QStringList, targets);
    QFETCH(const int, only);
    QFETCH(const QString, part);
    QFETCH(const QString, encoding);
    QFETCH(const QString, id);
    put("a.mid", tuneMidi(1));
    QVERIFY(import());
    ExportOptions how;
    for (const QString& target : targets)
        how.targets.push_back({*parseExportKind(target.section('=', 0, 0).toStdString()),
                               toPath(m_dir->filePath(target.section('=', 1)))});
    how.only = static_cast<ExportOnly>(only);
    how.part = parsePart(part.toStdString());
    how.encoding = encoding.toStdString();
    how.overwrite = Overwrite::Replace;
    const auto report = exportSet(m_set, how, {});
    QVERIFY(!report);
    QCOMPARE(QString::fromStdString(report.error().id), id);
    QCOMPARE(report.error().kind, ErrorKind::Usage);
    QCOMPARE(leftovers(), QStringList());
    QVERIFY(Dataset::open(m_set, Dataset::Access::Read));
}

void TestExportSet::onlyEarlierExportsAreReplaced()
{
    put("a.mid", tuneMidi(1));
    QVERIFY(import());
    QVERIFY(exported(ExportKind::Midi));
    QCOMPARE(exported(ExportKind::Midi).error().id, std::string("file.exists"));
    ExportOptions how = options(ExportKind::Abc);
    how.overwrite = Overwrite::Replace;
    QVERIFY(exportSet(m_set, how, {}));
    QCOMPARE(files(), (QStringList{"a.abc", "manifest.csv"}));
    how = options(ExportKind::Npy);
    how.overwrite = Overwrite::Replace;
    QCOMPARE(exportSet(m_set, how, {}).error().id, std::string("folder.foreign"));
    QCOMPARE(files(), (QStringList{"a.abc", "manifest.csv"}));
}

void TestExportSet::arraysAreWhatTheEncodingSays_data()
{
    QTest::addColumn<QString>("encoding");
    QTest::addColumn<QString>("encodingOptions");
    QTest::addColumn<qulonglong>("columns");
    QTest::newRow("grid") << "grid"
                          << R"({"grid":"1/8"})" << 0ull;
    QTest::newRow("event") << "event"
                           << "{}" << 0ull;
    QTest::newRow("note") << "note"
                          << "{}" << 3ull;
    QTest::newRow("note with velocity") << "note"
                                        << R"({"velocity":"kept"})" << 4ull;
    QTest::newRow("voices") << "voices"
                            << "{}" << 4ull;
}

void TestExportSet::arraysAreWhatTheEncodingSays()
{
    QFETCH(const QString, encoding);
    QFETCH(const QString, encodingOptions);
    QFETCH(const qulonglong, columns);
    for (std::uint32_t i = 0; i < 12; ++i)
        put(QString("%1.mid").arg(i), tuneMidi(i));
    QVERIFY(import());
    const SplitReport parts = split();
    ExportOptions how = options(ExportKind::Npy);
    how.encoding = encoding.toStdString();
    how.encodingOptionsJson = encodingOptions.toStdString();
    const auto report = exportSet(m_set, how, {});
    QVERIFY2(report, report ? "" : report.error().text.c_str());
    QCOMPARE(report->pieces(), std::size_t(12));
    QCOMPARE(files(), (QStringList{"offsets-test.npy", "offsets-train.npy",
                                   "offsets-validation.npy", "pieces.csv", "test.npy", "train.npy",
                                   "validation.npy", "vocabulary.json"}));

    const auto whole = makeEncoding(how.encoding, how.encodingOptionsJson);
    QVERIFY(whole);
    const auto set = Dataset::open(m_set, Dataset::Access::Read);
    std::map<std::string, std::size_t> sizes{
        {"train", parts.train}, {"validation", parts.validation}, {"test", parts.test}};
    for (const auto& [name, pieces] : sizes) {
        const auto array = readNpy(output(QString::fromStdString(name) + ".npy"));
        const auto ends = readNpy(output(QString::fromStdString("offsets-" + name) + ".npy"));
        QVERIFY(array && ends);
        QCOMPARE(array->type, QByteArray("<i4"));
        QCOMPARE(array->shape.size(), std::size_t(columns > 0 ? 2 : 1));
        if (columns > 0)
            QCOMPARE(array->shape[1], std::size_t(columns));
        QCOMPARE(ends->type, QByteArray("<i8"));
        const auto offsets = ends->as<std::int64_t>();
        QCOMPARE(offsets.size(), pieces + 1);
        QCOMPARE(offsets.front(), std::int64_t(0));
        QCOMPARE(static_cast<std::size_t>(offsets.back()), array->shape[0]);
        // In the order in which a training reads them.
        std::vector<std::int32_t> expected;
        const auto learnt = set->piecesOf(*parsePart(name), 1, CancelToken());
        QVERIFY(learnt);
        for (const TrainingPiece& piece : *learnt) {
            const auto encoded = whole.value()->encode(piece.score, {});
            QVERIFY(encoded);
            expected.insert(expected.end(), encoded->tokens.begin(), encoded->tokens.end());
        }
        QCOMPARE(array->as<std::int32_t>(), expected);
    }
    const Json vocabulary = Json::parse(output("vocabulary.json").toStdString());
    QCOMPARE(vocabulary["encoding"].get<std::string>(), how.encoding);
    QCOMPARE(vocabulary["dtype"].get<std::string>(), std::string("int32"));
    QCOMPARE(vocabulary["columns"].size(), std::size_t(columns));
    QCOMPARE(vocabulary["limits"].get<std::vector<Token>>(), whole.value()->limits());
    QCOMPARE(vocabulary["symbols"].size(),
             static_cast<std::size_t>(whole.value()->vocabulary().size()));
    QCOMPARE(vocabulary["symbols"][0]["name"].get<std::string>(),
             whole.value()->vocabulary().symbol(0).name);
    QCOMPARE(vocabulary["parts"]["train"]["pieces"].get<std::size_t>(), parts.train);

    const auto rows = tableOf(output("pieces.csv"));
    QCOMPARE(rows.size(), 13);
    const auto offsets = readNpy(output("offsets-train.npy"))->as<std::int64_t>();
    QCOMPARE(rows[1][0], "train");
    QCOMPARE(rows[2][1], "1");
    QCOMPARE(rows[2][2].toLongLong(), offsets[1]);
    QCOMPARE(rows[2][3].toLongLong(), offsets[2]);
}

void TestExportSet::framesAreKeys()
{
    put("frames.json", R"({"train": [[[60,64],[21],[]], [[108]]]})");
    QVERIFY(import());
    ExportOptions how = options(ExportKind::Npy);
    how.encoding = "frame";
    how.encodingOptionsJson = R"({"grid":"1/8","silence":true})";
    QVERIFY(exportSet(m_set, how, {}));
    const auto array = readNpy(output("train.npy"));
    QVERIFY(array);
    QCOMPARE(array->type, QByteArray("|u1"));
    QCOMPARE(array->shape, (std::vector<std::size_t>{4, kFrameKeys}));
    const auto rows = rowsBy("piece", output("pieces.csv"));
    const auto first = static_cast<std::size_t>(rows["1"]["begin"].toULongLong());
    const auto second = static_cast<std::size_t>(rows["2"]["begin"].toULongLong());
    const auto keys = array->as<std::uint8_t>();
    std::set<std::size_t> on;
    for (std::size_t i = 0; i < keys.size(); ++i)
        if (keys[i] != 0)
            on.insert(i);
    QCOMPARE(on, (std::set<std::size_t>{first * 88 + 60 - 21, first * 88 + 64 - 21,
                                        (first + 1) * 88, second * 88 + 87}));
    const auto empty = readNpy(output("test.npy"));
    QVERIFY(empty);
    QCOMPARE(empty->shape, (std::vector<std::size_t>{0, kFrameKeys}));
}

void TestExportSet::vocabulariesAreFittedToTheTrainingPart()
{
    put("a.json",
        R"({"train": [[[60,64,67],[62,65,69],[60,64,67]]], "test": [[[61,66,68],[60,64,67]]]})");
    QVERIFY(import());
    ExportOptions how = options(ExportKind::Npy);
    how.encoding = "chord";
    QVERIFY(exportSet(m_set, how, {}));
    std::vector<Score> scores;
    QVERIFY(Dataset::open(m_set, Dataset::Access::Read)
                ->forEachPieceOf(Part::Train, 1, CancelToken(), [&](TrainingPiece piece) {
                    scores.push_back(std::move(piece.score));
                    return true;
                }));
    const auto trained = fitEncoding("chord", "{}", scores);
    QVERIFY(Dataset::open(m_set, Dataset::Access::Read)
                ->forEachPieceOf(Part::Test, 1, CancelToken(), [&](TrainingPiece piece) {
                    scores.push_back(std::move(piece.score));
                    return true;
                }));
    const auto whole = fitEncoding("chord", "{}", scores);
    QVERIFY(trained && whole);
    QVERIFY(whole.value()->vocabulary().size() > trained.value()->vocabulary().size());

    const Json vocabulary = Json::parse(output("vocabulary.json").toStdString());
    QCOMPARE(vocabulary["fittedOn"].dump(), std::string("\"train\""));
    std::vector<std::string> names;
    for (const Json& symbol : vocabulary["symbols"])
        names.push_back(symbol["name"].get<std::string>());
    std::vector<std::string> expected;
    for (const Symbol& symbol : trained.value()->vocabulary().symbols())
        expected.push_back(symbol.name);
    QCOMPARE(names, expected);
}

void TestExportSet::piecesThatCannotBeEncodedAreTold()
{
    put("a.mid", tuneMidi(1));
    put("silent.json", R"({"train": [[[60],[62]],[]]})");
    QVERIFY(import());
    ExportOptions how = options(ExportKind::Npy);
    how.part = Part::Train;
    const auto report = exportSet(m_set, how, {});
    QVERIFY(report);
    QCOMPARE(files(),
             (QStringList{"offsets-train.npy", "pieces.csv", "train.npy", "vocabulary.json"}));
    QCOMPARE(report->pieces(), std::size_t(1));
    QCOMPARE(report->outputs.front().leftOut, std::size_t(1));
    const auto rows = rowsBy("piece", output("pieces.csv"));
    QCOMPARE(rows["2"]["index"], "");
    QVERIFY(!rows["2"]["reason"].isEmpty());
    QCOMPARE(rows["1"]["index"], "0");
}

void TestExportSet::tablesHoldTheChosenPieces()
{
    for (std::uint32_t i = 0; i < 10; ++i)
        put(QString("%1.mid").arg(i), tuneMidi(i));
    QVERIFY(import());
    const SplitReport parts = split();
    const auto report = exported(ExportKind::Csv);
    QVERIFY(report);
    QByteArray expected = QByteArray::fromStdString(factsHeader());
    std::size_t training = 0;
    QVERIFY(
        Dataset::open(m_set, Dataset::Access::Read)->forEachPiece([&](const DatasetPiece& piece) {
            expected += QByteArray::fromStdString(factsRow(piece));
            training += piece.part == Part::Train ? 1 : 0;
            return true;
        }));
    QCOMPARE(readBytes(m_out), expected);
    QCOMPARE(training, parts.train);
    ExportOptions how = options(ExportKind::Csv);
    how.part = Part::Train;
    how.overwrite = Overwrite::Replace;
    QVERIFY(exportSet(m_set, how, {}));
    QCOMPARE(std::size_t(tableOf(readBytes(m_out)).size()), parts.train + 1);
}

void TestExportSet::cardsCountTheLeaksOfTheSplit()
{
    // Tunes of one phrase and much of their own: no relatives, but passages in common.
    const QByteArray phrase = "CEGcGEcdefgaGFED|";
    for (std::uint32_t i = 0; i < 20; ++i) {
        QByteArray tune = tuneText(i, 40);
        tune.insert(tune.indexOf("K:C\n") + 4, phrase);
        put(QString("%1.abc").arg(i), tune);
    }
    QVERIFY(import());
    // Passages are those of the pieces as they were read, whatever a recipe makes of them.
    Recipe recipe;
    recipe.steps.push_back(makeStep("drop-range"));
    recipe.steps.back().parameters["high"] = 64.0;
    {
        auto set = Dataset::open(m_set, Dataset::Access::Write);
        QVERIFY(set && set->clean(recipe, 2, {}));
    }
    const SplitReport parts = split();
    QVERIFY(parts.leaks > 0);
    m_out += ".md";
    const auto report = exported(ExportKind::Card);
    QVERIFY(report);
    QCOMPARE(report->pieces(), std::size_t(20));
    QVERIFY2(
        readBytes(m_out).contains(QString("held\\-out pieces: %1.").arg(parts.leaks).toUtf8()) ||
            readBytes(m_out).contains(QString("held-out pieces: %1.").arg(parts.leaks).toUtf8()),
        readBytes(m_out).constData());
}

void TestExportSet::theSameSetGivesTheSameBytes()
{
    for (std::uint32_t i = 0; i < 300; ++i)
        put(QString("%1.abc").arg(i), tuneText(i, 4));
    QVERIFY(import());
    split();
    std::map<QString, QByteArray> first;
    for (const unsigned threads : {1u, 4u}) {
        for (const ExportKind kind :
             {ExportKind::Midi, ExportKind::Npy, ExportKind::Card, ExportKind::Csv}) {
            ExportOptions how = options(kind);
            how.threads = threads;
            const QString name = QString::fromStdString(std::string(exportKindName(kind)));
            how.targets.front().to =
                toPath(m_out + name + (kind == ExportKind::Card ? ".html" : ""));
            how.overwrite = Overwrite::Replace;
            QVERIFY(exportSet(m_set, how, {}));
        }
        std::map<QString, QByteArray> now;
        for (const auto& entry : fs::recursive_directory_iterator(toPath(m_dir->path()))) {
            const QString path = QString::fromStdString(entry.path().string());
            if (entry.is_regular_file() && path.startsWith(m_out))
                now[path] = readBytes(path);
        }
        QVERIFY(now.size() > 300);
        if (first.empty())
            first = now;
        QVERIFY(now == first);
    }
}

void TestExportSet::aCancelLeavesNothing_data()
{
    QTest::addColumn<int>("kind");
    QTest::addColumn<QString>("stage");
    QTest::newRow("at once") << 0 << "reading";
    QTest::newRow("MIDI") << 0 << "writing";
    QTest::newRow("ABC") << 1 << "copying";
    QTest::newRow("arrays") << 3 << "encoding";
    QTest::newRow("card") << 4 << "counting";
}

void TestExportSet::aCancelLeavesNothing()
{
    QFETCH(const int, kind);
    QFETCH(const QString, stage);
    for (std::uint32_t i = 0; i < 200; ++i)
        put(QString("%1.abc").arg(i), tuneText(i, 4));
    QVERIFY(import());
    ExportOptions how = options(static_cast<ExportKind>(kind));
    if (how.targets.front().kind == ExportKind::Card)
        how.targets.front().to += ".md";
    const CancelToken cancel;
    bool isMet = false;
    const auto report = exportSet(m_set, how, cancel, [&](const ExportProgress& now) {
        if (now.stage == stage.toStdString()) {
            isMet = true;
            cancel.cancel();
        }
    });
    QVERIFY(isMet);
    QVERIFY(!report);
    QCOMPARE(report.error().kind, ErrorKind::Cancelled);
    QCOMPARE(leftovers(), QStringList());
}

void TestExportSet::aFullDiskLeavesNothing()
{
    for (std::uint32_t i = 0; i < 30; ++i)
        put(QString("%1.abc").arg(i), tuneText(i, 40));
    QVERIFY(import());
    for (const ExportKind kind :
         {ExportKind::Midi, ExportKind::Abc, ExportKind::Npy, ExportKind::Csv, ExportKind::Card}) {
        ExportOptions how = options(kind);
        if (kind == ExportKind::Card)
            how.targets.front().to += ".html";
        const FullDisk full(300);
        const auto report = exportSet(m_set, how, {});
        QVERIFY(!report);
        QCOMPARE(report.error().id, std::string("file.disk-full"));
        QCOMPARE(leftovers(), QStringList());
    }
}

void TestExportSet::realMusicComesBack()
{
    const QByteArray shared = qgetenv("CONTINUO_SHARED_DATA");
    const fs::path tunes = toPath(QString(shared) + "/nottingham");
    if (shared.isEmpty() || !fs::exists(tunes))
        QSKIP("The Nottingham database is not here: set CONTINUO_SHARED_DATA to the folder it "
              "lies in.");
    QVERIFY(import(tunes));
    const auto report = exported(ExportKind::Midi);
    QVERIFY(report);
    QCOMPARE(report->outputs.front().leftOut, std::size_t(0));
    // Every MIDI file is as it was, and the whole can be imported again.
    std::size_t compared = 0;
    const auto rows = rowsBy("output", output("manifest.csv"));
    for (const auto& row : rows) {
        if (row["outcome"] != "copied")
            continue;
        QCOMPARE(output(row["output"]), readBytes(row["source"]));
        ++compared;
    }
    QCOMPARE(compared, std::size_t(235));
    const std::size_t pieces = report->pieces();
    m_set = m_dir->filePath("again.continuo-dataset").toStdString();
    QVERIFY(import(toPath(m_out)));
    QCOMPARE(Dataset::open(m_set, Dataset::Access::Read)->info()->pieces, pieces);
}

QTEST_APPLESS_MAIN(TestExportSet)
#include "tst_export_set.moc"
