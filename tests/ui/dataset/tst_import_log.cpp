// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/dataset/made_set.h"
#include "ui/dataset/import_log.h"

#include <QTemporaryDir>
#include <QTest>

using namespace continuo;
using namespace continuo::ui;

namespace {

ImportedFile noted(const std::string& path, std::vector<Remark> remarks)
{
    ImportedFile file;
    file.bytes.assign(path.begin(), path.end());
    file.file.path = path;
    file.file.sha256 = sha256Hex(file.bytes);
    file.file.size = file.bytes.size();
    file.file.format = "midi";
    file.file.status = remarks.empty() ? FileStatus::Accepted : FileStatus::AcceptedWithNotes;
    file.file.remarks = std::move(remarks);
    ImportedFile::Piece piece;
    piece.facts = madePiece(1, path).facts;
    file.pieces.push_back(piece);
    return file;
}

} // namespace

class TestImportLog : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void notesAreReadByFileAndKind()
    {
        const std::filesystem::path path =
            m_folder.filePath(QStringLiteral("a.continuo-dataset")).toStdString();
        {
            auto set = Dataset::create(path);
            QVERIFY(set);
            const Remark end{"midi.no-end-of-track", "Track 1 does not end.", {{"track", "1"}}};
            const Remark other{"midi.no-end-of-track", "Track 2 does not end.", {{"track", "2"}}};
            const Remark off{"midi.missing-note-off", "A note never ends.", {}};
            QVERIFY(set->addFiles(std::vector<ImportedFile>{
                noted("/b.mid", {end, off, other}), noted("/a.mid", {off}), noted("/c.mid", {})}));
            QVERIFY(set->finishImport());
        }
        const Result<ReadNotes> notes = readImportNotes(path, {});
        QVERIFY(notes);
        QCOMPARE(notes->files, std::size_t{2});
        QCOMPARE(notes->leftOut, std::size_t{0});
        QCOMPARE(notes->notes.size(), std::size_t{3});
        QCOMPARE(notes->notes[0].path, std::string("/a.mid"));
        QCOMPARE(notes->notes[1].first.text, std::string("Track 1 does not end."));
        QCOMPARE(notes->notes[1].count, std::size_t{2});
        QCOMPARE(notes->notes[2].first.id, std::string("midi.missing-note-off"));
        const CancelToken cancelled;
        cancelled.cancel();
        QCOMPARE(readImportNotes(path, cancelled).error().id, std::string("base.cancelled"));
    }

    void aSetThatIsGoneSaysSo()
    {
        const auto notes =
            readImportNotes(m_folder.filePath(QStringLiteral("gone")).toStdString(), {});
        QVERIFY(!notes);
        QCOMPARE(notes.error().id, std::string("file.not-found"));
    }

    void kindsHaveWords()
    {
        QCOMPARE(remarkInWords("midi.no-end-of-track"), QStringLiteral("tracks without an end"));
        QCOMPARE(remarkInWords("abc.quite-new"), QStringLiteral("quite new (abc)"));
        QCOMPARE(remarkInWords(""), QStringLiteral("other remarks"));
    }

    void logsAreWritten()
    {
        const std::vector<LogLine> lines{{true, QStringLiteral("not a MIDI file"), "midi.no-header",
                                          QStringLiteral("/a \"b\", c.mid"),
                                          QStringLiteral("Look\nat it.")},
                                         {true, QStringLiteral("not a MIDI file"), "midi.no-header",
                                          QStringLiteral("/ä.mid"), QStringLiteral("No.")},
                                         {false, QStringLiteral("bad"), "abc.bad",
                                          QStringLiteral("/c.abc"), QStringLiteral("Hm.")}};
        QCOMPARE(logAsCsv(lines),
                 QByteArray("outcome,id,reason,file,words\r\n"
                            "rejected,\"midi.no-header\",\"not a MIDI file\",\"/a \"\"b\"\", "
                            "c.mid\",\"Look\nat it.\"\r\n"
                            "rejected,\"midi.no-header\",\"not a MIDI file\",\"/ä.mid\",\"No.\"\r\n"
                            "acceptedWithNotes,\"abc.bad\",\"bad\",\"/c.abc\",\"Hm.\"\r\n"));
        QCOMPARE(logAsText(lines), QByteArray("Rejected, not a MIDI file: 2\n"
                                              "  /a \"b\", c.mid\n    Look at it.\n"
                                              "  /ä.mid\n    No.\n"
                                              "\nRead with remarks, bad: 1\n"
                                              "  /c.abc\n    Hm.\n"));
        QCOMPARE(logAsText({}), QByteArray());
    }

private:
    QTemporaryDir m_folder{};
};

QTEST_MAIN(TestImportLog)
#include "tst_import_log.moc"
