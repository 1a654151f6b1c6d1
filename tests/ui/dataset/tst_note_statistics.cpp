// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/import.h"
#include "core/dataset/music_file.h"
#include "tests/ui/dataset/dataset_studio.h"
#include "ui/dataset/note_statistics.h"

#include <QTest>

#include <vector>

using namespace continuo;
using namespace continuo::ui;

/// Over a set of two files with three pieces.
class TestNoteStatistics : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        const QString music = m_folder.filePath(QStringLiteral("music"));
        const QByteArray book = "X:1\nL:1/4\nK:C\nCEGc|\n\nX:2\nL:1/4\nK:G\nG2G2|\n";
        const QByteArray tune = midiTune(30);
        QVERIFY(writeTo(music + QStringLiteral("/book.abc"), book));
        QVERIFY(writeTo(music + QStringLiteral("/one.mid"), tune));
        ImportOptions options;
        options.inputs = {music.toStdString()};
        options.set = m_set =
            m_folder.filePath(QStringLiteral("set.continuo-dataset")).toStdString();
        options.threads = 1;
        QVERIFY(continuo::importMusic(options, {}));
        const auto set = Dataset::open(m_set, Dataset::Access::Read);
        QVERIFY(set);
        QVERIFY(set->forEachPiece([this](const DatasetPiece& piece) {
            m_places.emplace_back(piece.file, piece.ordinal);
            m_kinds.push_back(piece.facts.kinds.value_or(NoteKinds{}));
            return true;
        }));
        QCOMPARE(m_places.size(), std::size_t{3});
    }

    void allPiecesAreCounted()
    {
        NoteStatistics told;
        countNotes(m_set, m_places, {}, [&](const NoteStatistics& now) { told = now; });
        QCOMPARE(told.pieces, std::size_t{3});
        QCOMPARE(told.durations[6], 2); // The half notes of the second tune.
        QCOMPARE(told.durations[4], 34);
    }

    void piecesThatAreNotThereArePassedOver()
    {
        NoteStatistics told;
        countNotes(m_set, {m_places[1], {m_places[1].first, 7}, {99, 0}}, {},
                   [&](const NoteStatistics& now) { told = now; });
        QCOMPARE(told.pieces, std::size_t{1});
    }

    void kindsAreThoseThatTheSetKeeps()
    {
        std::size_t told = 0;
        const FoundKinds found =
            findNoteKinds(m_set, m_places, {}, [&](std::size_t done) { told = done; });
        QCOMPARE(told, std::size_t{3});
        QCOMPARE(found.size(), std::size_t{3});
        for (std::size_t i = 0; i < found.size(); ++i) {
            QVERIFY(found[i].first == m_places[i]);
            QVERIFY(found[i].second == m_kinds[i]);
            QVERIFY(found[i].second.pitches.any());
        }
    }

    void whatIsCancelledFindsNothing()
    {
        const CancelToken cancel;
        cancel.cancel();
        QVERIFY(findNoteKinds(m_set, m_places, cancel, [](std::size_t) {}).empty());
    }

private:
    QTemporaryDir m_folder{};
    std::filesystem::path m_set{};
    std::vector<PiecePlace> m_places{};
    std::vector<NoteKinds> m_kinds{};
};

QTEST_MAIN(TestNoteStatistics)
#include "tst_note_statistics.moc"
