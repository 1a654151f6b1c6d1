// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/suggested_recipe.h"
#include "tests/ui/dataset/dataset_studio.h"
#include "ui/base/side_panels.h"
#include "ui/dataset/count_row.h"
#include "ui/dataset/dataset_page.h"
#include "ui/dataset/dataset_session.h"
#include "ui/dataset/export_dialog.h"
#include "ui/dataset/histogram_panel.h"
#include "ui/dataset/histogram_view.h"
#include "ui/dataset/piece_preview.h"
#include "ui/dataset/piece_roll.h"
#include "ui/dataset/piece_search.h"
#include "ui/dataset/piece_view.h"
#include "ui/dataset/recipe_editor.h"
#include "ui/dataset/rejected_model.h"
#include "ui/dataset/rejected_view.h"
#include "ui/dataset/set_chooser.h"

#include <QAction>
#include <QComboBox>
#include <QDir>
#include <QFileDialog>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QSignalSpy>
#include <QStandardItemModel>
#include <QTest>
#include <QTimer>
#include <QTreeView>

#include <algorithm>

using namespace continuo;
using namespace continuo::ui;

namespace {

constexpr int kPatienceMs = 60'000;

QPushButton* buttonCalled(const QWidget& page, const QString& words)
{
    for (QPushButton* each : page.findChildren<QPushButton*>()) {
        if (each->text() == words)
            return each;
    }
    return nullptr;
}

CountRow* rowCalled(const QWidget& page, const QString& words)
{
    for (CountRow* each : page.findChildren<CountRow*>()) {
        if (each->text() == words && each->isVisibleTo(&page))
            return each;
    }
    return nullptr;
}

QByteArray contentsOf(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// A page with a folder of music already in it.
struct FilledPage
{
    bool fill(int pieces = 13)
    {
        const QString music = studio.folder.filePath(QStringLiteral("Old tunes"));
        bool isWritten = writeTo(music + QStringLiteral("/letter.mid"),
                                 "Dear Anna, this is a letter and no music at all.");
        isWritten = isWritten && writeTo(music + QStringLiteral("/short.mid"), midiTune(3));
        for (int i = 1; i <= 12; ++i)
            isWritten = isWritten && writeTo(music + QStringLiteral("/tune %1.mid").arg(i),
                                             midiTune(20 + i * 9, 40 + 2 * i, i));
        page.resize(1400, 800);
        page.show();
        page.importPaths({music});
        // The set is remembered when it has been read whole, behind the rows that come while it is
        // imported.
        return isWritten &&
               QTest::qWaitFor(
                   [this] { return studio.settings.contains(QStringLiteral("dataset/last")); },
                   kPatienceMs) &&
               page.session().pieces().rowCount() == pieces;
    }

    DatasetStudio studio{};
    DatasetPage page{studio.context()};
};

} // namespace

/// With the real engine as its child.
class TestDatasetPage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (!QFile::exists(DatasetStudio::program()))
            QSKIP("CONTINUO_ENGINE does not name the engine's program");
    }

    void anEmptyPageOffersTheBundledTunes()
    {
        DatasetStudio studio;
        DatasetPage page(studio.context());
        page.resize(1400, 800);
        page.show();
        QPushButton* tunes = buttonCalled(page, QStringLiteral("Open the bundled tunes"));
        QVERIFY(tunes && tunes->isVisible());
        QPushButton* train = buttonCalled(page, QStringLiteral("Train on this set"));
        QVERIFY(!train->isEnabled());
        QCOMPARE(train->toolTip(),
                 QStringLiteral("Nothing to learn from yet: add a folder first."));
        tunes->click();
        QTRY_VERIFY_WITH_TIMEOUT(
            page.session().pieces().rowCount() > 50 && !page.session().isImporting(), kPatienceMs);
        QVERIFY(!tunes->isVisible());
        QTRY_COMPARE(page.session().name(), QStringLiteral("Bundled tunes"));
    }

    void trainingNeedsASplit()
    {
        FilledPage filled;
        QVERIFY(filled.fill());
        QPushButton* train = buttonCalled(filled.page, QStringLiteral("Train on this set"));
        QTRY_COMPARE(
            train->toolTip(),
            QStringLiteral(
                "Needs a split: some pieces to learn from, some held out. Press “Split…” first."));
        QVERIFY(!train->isEnabled());
        filled.page.session().split({});
        QTRY_VERIFY_WITH_TIMEOUT(train->isEnabled(), kPatienceMs);
        const QSignalSpy asked(&filled.page, &DatasetPage::trainRequested);
        train->click();
        QCOMPARE(asked.size(), 1);
        QCOMPARE(asked.first().first().toString(), filled.page.session().path());
    }

    void enterOffersTheCurrentPieceAsSeedMelody()
    {
        FilledPage filled;
        QVERIFY(filled.fill());
        auto* view = filled.page.findChild<PieceView*>();
        view->setFocus();
        const QSignalSpy chosen(&filled.page, &DatasetPage::seedMelodyChosen);
        QTest::keyClick(view, Qt::Key_Home);
        QTest::keyClick(view, Qt::Key_Down);
        QTest::keyClick(view, Qt::Key_Return);
        QTRY_COMPARE_WITH_TIMEOUT(chosen.size(), 1, kPatienceMs);
        QCOMPARE(chosen.first().at(1).toString(), QStringLiteral("tune 1.mid"));
        QCOMPARE(chosen.first().at(0).value<Score>().noteCount(), std::size_t{29});
    }

    void thePreviewFollowsTheCurrentRow()
    {
        FilledPage filled;
        QVERIFY(filled.fill());
        auto* view = filled.page.findChild<PieceView*>();
        auto* preview = filled.page.findChild<PiecePreview*>();
        QVERIFY(!buttonCalled(*preview, QStringLiteral("Use as seed melody"))->isEnabled());
        QTest::keyClick(view, Qt::Key_End);
        QTRY_VERIFY_WITH_TIMEOUT(preview->score(), kPatienceMs);
        QCOMPARE(preview->score()->noteCount(), std::size_t{20 + 12 * 9});
        QTest::keyClick(view, Qt::Key_Up);
        QTRY_VERIFY_WITH_TIMEOUT(preview->score() && preview->score()->noteCount() == 20 + 11 * 9,
                                 kPatienceMs);
        QVERIFY(buttonCalled(*preview, QStringLiteral("Use as seed melody"))->isEnabled());
    }

    void bothVersionsAreDrawnAtOneScale()
    {
        const auto at = [](int quarter) { return Tick{quarter * kDefaultTicksPerQuarter}; };
        const auto score = [&](int bars) {
            Score made;
            made.tracks.emplace_back();
            for (int quarter = 0; quarter < 4 * bars; ++quarter)
                made.tracks.front().notes.push_back(
                    {.start = at(quarter), .length = at(1), .pitch = Pitch{60}});
            return made;
        };
        DatasetStudio studio;
        PieceRoll asRead(studio.appearance);
        PieceRoll cleaned(studio.appearance);
        asRead.setBeside(cleaned);
        cleaned.setBeside(asRead);
        for (PieceRoll* roll : {&asRead, &cleaned})
            roll->resize(800, 100);
        asRead.setScore(score(8));
        cleaned.setScore(score(4));
        QCOMPARE(asRead.x(at(32)), 800.0);
        QCOMPARE(cleaned.x(at(16)), 400.0);
        QCOMPARE(asRead.shownBars(), QString());
        asRead.setScore(score(40));
        cleaned.setScore(score(30));
        QCOMPARE(asRead.shownBars(), QStringLiteral("bars 1–16 of 40"));
        // To the end of the longer one, where the other has fewer bars.
        cleaned.turnTo(100);
        QCOMPARE(asRead.shownBars(), QStringLiteral("bars 25–40 of 40"));
        QCOMPARE(cleaned.shownBars(), QStringLiteral("bars 25–30 of 30"));
        QCOMPARE(cleaned.x(at(4 * 30)), asRead.x(at(4 * 30)));
    }

    void aPieceWithoutNotesSaysSo()
    {
        FilledPage filled;
        const QString silent =
            filled.studio.folder.filePath(QStringLiteral("Old tunes/a rest.mid"));
        QVERIFY(writeTo(silent, midiTune(0)));
        QVERIFY(filled.fill(14));
        auto* view = filled.page.findChild<PieceView*>();
        auto* preview = filled.page.findChild<PiecePreview*>();
        const QSignalSpy chosen(&filled.page, &DatasetPage::seedMelodyChosen);
        QTest::keyClick(view, Qt::Key_Home);
        QTRY_VERIFY_WITH_TIMEOUT(preview->score(), kPatienceMs);
        QPushButton* seed = buttonCalled(*preview, QStringLiteral("Use as seed melody"));
        QVERIFY(!seed->isEnabled());
        QCOMPARE(seed->toolTip(), QStringLiteral("This piece has no notes."));
        QTest::keyClick(view, Qt::Key_Return);
        QCOMPARE(chosen.size(), 0);
        QTest::keyClick(view, Qt::Key_Down);
        QTRY_VERIFY_WITH_TIMEOUT(seed->isEnabled(), kPatienceMs);
    }

    void anAuditionGoesAlongWithTheArrowKeys()
    {
        FilledPage filled;
        QVERIFY(filled.fill());
        Player& player = filled.studio.player;
        if (!QFile::exists(qEnvironmentVariable("CONTINUO_SOUNDFONT")))
            QSKIP("CONTINUO_SOUNDFONT names no soundfont");
        AudioOptions silent;
        silent.driver = "null";
        player.open(silent);
        QTRY_VERIFY_WITH_TIMEOUT(player.isOpen(), kPatienceMs);
        auto* view = filled.page.findChild<PieceView*>();
        view->setFocus();
        QTest::keyClick(view, Qt::Key_End);
        QTest::keyClick(view, Qt::Key_Space);
        QTRY_VERIFY_WITH_TIMEOUT(!player.auditioned().isEmpty(), kPatienceMs);
        const QString last = player.auditioned();
        QTest::keyClick(view, Qt::Key_Up);
        QTRY_VERIFY_WITH_TIMEOUT(!player.auditioned().isEmpty() && player.auditioned() != last,
                                 kPatienceMs);
        QTest::keyClick(view, Qt::Key_Down);
        QTRY_COMPARE_WITH_TIMEOUT(player.auditioned(), last, kPatienceMs);
        QTest::keyClick(view, Qt::Key_Space);
        QTRY_VERIFY_WITH_TIMEOUT(player.auditioned().isEmpty(), kPatienceMs);
        QTest::keyClick(view, Qt::Key_Up);
        QTest::qWait(100);
        QVERIFY(player.auditioned().isEmpty());
    }

    void spaceIsTheTablesOwn()
    {
        FilledPage filled;
        QVERIFY(filled.fill());
        QAction windowsOwn;
        windowsOwn.setShortcut(Qt::Key_Space);
        filled.page.addAction(&windowsOwn);
        const QSignalSpy triggered(&windowsOwn, &QAction::triggered);
        auto* view = filled.page.findChild<PieceView*>();
        const QSignalSpy asked(view, &PieceView::auditionRequested);
        view->setFocus();
        QTest::keyClick(view, Qt::Key_Space);
        QCOMPARE(asked.size(), 1);
        QCOMPARE(triggered.size(), 0);
    }

    void searchAndGroupsFilterTheTable()
    {
        FilledPage filled;
        QVERIFY(filled.fill());
        PieceModel& pieces = filled.page.session().pieces();
        QLineEdit* search = nullptr;
        for (QLineEdit* each : filled.page.findChildren<QLineEdit*>()) {
            if (each->accessibleName() == QStringLiteral("Search"))
                search = each;
        }
        QVERIFY(search);
        search->setText(QStringLiteral("tune 1"));
        QTRY_COMPARE(pieces.rowCount(), 4); // 1, 10, 11 and 12.
        search->clear();
        QTRY_COMPARE(pieces.rowCount(), 13);
        CountRow* tooShort = rowCalled(filled.page, QStringLiteral("Too short"));
        QVERIFY(tooShort);
        tooShort->click();
        QCOMPARE(pieces.rowCount(), 1);
        QVERIFY(tooShort->isChecked());
        tooShort->click();
        QCOMPARE(pieces.rowCount(), 13);
        search->setText(QStringLiteral("no such thing"));
        QTRY_COMPARE(pieces.rowCount(), 0);
    }

    void aClickOnAReasonListsItsFiles()
    {
        FilledPage filled;
        QVERIFY(filled.fill());
        CountRow* reason = rowCalled(filled.page, QStringLiteral("not a MIDI file"));
        QVERIFY(reason);
        reason->click();
        auto* log = filled.page.findChild<RejectedView*>();
        QVERIFY(log && log->isVisible());
        QTreeView* files = log->tree();
        const QModelIndex group = files->model()->index(0, 0);
        QCOMPARE(files->model()->rowCount(group), 1);
        QVERIFY(files->isExpanded(group));
        QVERIFY(files->model()->index(0, 0, group).data().toString().endsWith(
            QStringLiteral("Old tunes/letter.mid")));
        rowCalled(filled.page, QStringLiteral("No problems"))->click();
        QVERIFY(!files->isVisible());
        QVERIFY(!reason->isChecked());
    }

    void whatWasNoticedInReadingIsInTheLog()
    {
        DatasetStudio studio;
        DatasetPage page(studio.context());
        page.resize(1400, 800);
        page.show();
        const QString music = studio.folder.filePath(QStringLiteral("Noted"));
        // Without its end of track, and the track's length to match.
        QByteArray cut = midiTune(30).chopped(4);
        cut[21] = static_cast<char>(cut[21] - 4);
        QVERIFY(writeTo(music + QStringLiteral("/cut.mid"), cut));
        QVERIFY(writeTo(music + QStringLiteral("/whole.mid"), midiTune(40, 50, 2)));
        page.importPaths({music});
        QTRY_VERIFY_WITH_TIMEOUT(studio.settings.contains(QStringLiteral("dataset/last")),
                                 kPatienceMs);
        CountRow* noted = rowCalled(page, RejectedModel::notesGroup());
        QVERIFY(noted);
        noted->click();
        auto* log = page.findChild<RejectedView*>();
        QVERIFY(log->isVisible());
        QTRY_COMPARE_WITH_TIMEOUT(log->tree()->model()->rowCount(), 1, kPatienceMs);
        const QModelIndex group = log->tree()->model()->index(0, 0);
        QCOMPARE(group.data().toString(), QStringLiteral("tracks without an end: 1"));
        QVERIFY(log->tree()->isExpanded(group));
        QVERIFY(log->isVisible());
        page.findChild<PieceSearch*>()->field()->setText(QStringLiteral("read:notes"));
        QTRY_VERIFY(!log->isVisible());
        QVERIFY(!noted->isChecked());
        QCOMPARE(page.session().pieces().rowCount(), 1);
    }

    void theCurrentPieceStaysThroughSortAndSearch()
    {
        FilledPage filled;
        QVERIFY(filled.fill());
        PieceModel& pieces = filled.page.session().pieces();
        auto* view = filled.page.findChild<PieceView*>();
        view->setCurrentIndex(pieces.index(5, 0));
        const QString name = pieces.index(5, 0).data().toString();
        view->sortByColumn(static_cast<int>(PieceColumn::Notes), Qt::DescendingOrder);
        QCOMPARE(view->currentIndex().siblingAtColumn(0).data().toString(), name);
        PieceFilter filter;
        filter.words = name;
        pieces.setFilter(filter);
        QCOMPARE(view->currentIndex().siblingAtColumn(0).data().toString(), name);
        pieces.setFilter({});
        QCOMPARE(view->currentIndex().siblingAtColumn(0).data().toString(), name);
    }

    void fromTheSearchTheArrowGoesDownToTheTable()
    {
        FilledPage filled;
        QVERIFY(filled.fill());
        auto* view = filled.page.findChild<PieceView*>();
        const auto edits = filled.page.findChildren<QLineEdit*>();
        const auto found = std::ranges::find_if(edits, [](const QLineEdit* one) {
            return one->accessibleName() == QStringLiteral("Search");
        });
        QVERIFY(found != edits.end());
        QLineEdit* search = *found;
        filled.page.activateWindow();
        search->setFocus();
        QTRY_VERIFY(search->hasFocus());
        QTest::keyClick(search, Qt::Key_Down);
        QVERIFY(view->hasFocus());
        QCOMPARE(view->currentRow(), 0);
        QTest::keyClick(view, Qt::Key_Down);
        QCOMPARE(view->currentRow(), 1);
    }

    void histogramsAreOfTheSetOrOfSeveralRowsChosen()
    {
        FilledPage filled;
        QVERIFY(filled.fill());
        auto* panel = filled.page.findChild<HistogramPanel*>();
        QTRY_COMPARE_WITH_TIMEOUT(panel->statistics().pieces, std::size_t{13}, kPatienceMs);
        auto* view = filled.page.findChild<PieceView*>();
        view->selectRow(0);
        view->selectionModel()->select(filled.page.session().pieces().index(1, 0),
                                       QItemSelectionModel::Select | QItemSelectionModel::Rows);
        QTRY_COMPARE_WITH_TIMEOUT(panel->statistics(HistogramPanel::Choice).pieces, std::size_t{2},
                                  kPatienceMs);
        std::int64_t notes = 0;
        for (const std::int64_t count : panel->statistics(HistogramPanel::Choice).pitchClasses)
            notes += count;
        QCOMPARE(notes, 3 + 29);
        QCOMPARE(panel->statistics(HistogramPanel::Set).pieces, std::size_t{13});
        QCOMPARE(panel->statistics(HistogramPanel::Filter).pieces, std::size_t{0});
    }

    void theFilterIsDrawnOverTheSet()
    {
        FilledPage filled;
        QVERIFY(filled.fill());
        auto* panel = filled.page.findChild<HistogramPanel*>();
        QTRY_COMPARE_WITH_TIMEOUT(panel->statistics().pieces, std::size_t{13}, kPatienceMs);
        auto* search = filled.page.findChild<PieceSearch*>();
        search->field()->setText(QStringLiteral("notes>100"));
        QTRY_COMPARE(filled.page.session().pieces().rowCount(), 4); // 9, 10, 11 and 12.
        QTRY_COMPARE_WITH_TIMEOUT(panel->statistics(HistogramPanel::Filter).pieces, std::size_t{4},
                                  kPatienceMs);
        QCOMPARE(panel->facts(HistogramPanel::Filter).pieces, std::size_t{4});
        QCOMPARE(panel->statistics().pieces, std::size_t{13});
        search->field()->setText(QStringLiteral("notes>=0")); // Leaves out nothing.
        QTRY_COMPARE(panel->facts(HistogramPanel::Filter).pieces, std::size_t{0});
        QCOMPARE(filled.page.session().pieces().rowCount(), 13);
    }

    void aClickOnABarFiltersTheTable()
    {
        FilledPage filled;
        QVERIFY(filled.fill());
        auto* panel = filled.page.findChild<HistogramPanel*>();
        QTRY_COMPARE_WITH_TIMEOUT(panel->facts().pieces, std::size_t{13}, kPatienceMs);
        const auto plots = panel->findChildren<HistogramView*>();
        const auto lengths = std::ranges::find_if(plots, [](const HistogramView* plot) {
            return plot->accessibleName() == QStringLiteral("Length in bars");
        });
        QVERIFY(lengths != plots.end());
        QCOMPARE(plots.size(), 8);
        PieceModel& pieces = filled.page.session().pieces();
        auto* search = filled.page.findChild<PieceSearch*>();
        for (std::size_t i = 0; i < (*lengths)->bars().size(); ++i) {
            const HistogramView::Bar bar = (*lengths)->bars()[i];
            Q_EMIT (*lengths)->termChosen(bar.term);
            QCOMPARE(pieces.rowCount(), static_cast<int>(bar.count));
            QCOMPARE(search->field()->text(), bar.term);
        }
        Q_EMIT (*lengths)->termChosen((*lengths)->bars().back().term);
        QCOMPARE(pieces.rowCount(), 13);
        QCOMPARE(search->field()->text(), QString());
    }

    void aClickOnABarOfNotesFindsThePiecesThatHaveThem()
    {
        FilledPage filled;
        QVERIFY(filled.fill());
        auto* panel = filled.page.findChild<HistogramPanel*>();
        QTRY_COMPARE_WITH_TIMEOUT(panel->statistics().pieces, std::size_t{13}, kPatienceMs);
        PieceModel& pieces = filled.page.session().pieces();
        auto* search = filled.page.findChild<PieceSearch*>();
        int plots = 0;
        for (HistogramView* plot : panel->findChildren<HistogramView*>()) {
            const QString name = plot->accessibleName();
            if (name == QStringLiteral("Key") || name == QStringLiteral("Tempo") ||
                name == QStringLiteral("Length in bars"))
                continue;
            ++plots;
            for (std::size_t i = 0; i < plot->bars().size(); ++i) {
                const HistogramView::Bar bar = plot->bars()[i];
                QVERIFY2(!bar.term.isEmpty(), qPrintable(name + bar.name));
                Q_EMIT plot->termChosen(bar.term);
                QCOMPARE(search->field()->text(), bar.term);
                QVERIFY2(search->complaint()->text().isEmpty(), qPrintable(bar.term));
                // Whoever has such a note adds to the bar, and the others do not.
                QVERIFY2((pieces.rowCount() > 0) == (bar.count > 0), qPrintable(bar.term));
                Q_EMIT plot->termChosen(bar.term);
                QCOMPARE(pieces.rowCount(), 13);
                QCOMPARE(search->field()->text(), QString());
            }
        }
        QCOMPARE(plots, 5);
        // Tunes go up an octave from 40 + 2 · number: 44 is the lowest of tune 2, out of reach of
        // tunes 3 to 12 and of the one from middle C.
        search->field()->setText(QStringLiteral("pitch:40-45"));
        QTRY_VERIFY(pieces.rowCount() > 0 && pieces.rowCount() <= 2);
    }

    void exportsAskForPiecesAndParts()
    {
        FilledPage filled;
        QVERIFY(filled.fill());
        QPushButton* exports = buttonCalled(filled.page, QStringLiteral("Export…"));
        QVERIFY(exports && exports->menu());
        exports->menu()->actions().front()->trigger();
        auto* dialog = filled.page.findChild<ExportDialog*>();
        QVERIFY(dialog && dialog->isVisible());
        QCOMPARE(dialog->windowTitle(), QStringLiteral("Export MIDI files"));
        auto* only = dialog->findChild<QComboBox*>();
        const auto* items = qobject_cast<QStandardItemModel*>(only->model());
        QVERIFY(!items->item(only->findData(QStringLiteral("changed")))->isEnabled());
        QVERIFY(items->item(only->findData(QStringLiteral("rejected")))->isEnabled());
        only->setCurrentIndex(only->findData(QStringLiteral("rejected")));
        Json params = dialog->choice();
        dialog->reject();
        const QString folder = filled.studio.folder.filePath(QStringLiteral("out"));
        params["kind"] = "midi";
        params["to"] = folder.toStdString();
        filled.page.session().exportSet(QStringLiteral("MIDI files"), params);
        QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(folder + QStringLiteral("/letter.mid")), kPatienceMs);
        QCOMPARE(QDir(folder).entryList(QDir::Files).size(), 2); // And the manifest.
    }

    void aCardGetsItsEndingAndItsWordsAreKept()
    {
        FilledPage filled;
        QVERIFY(filled.fill());
        const QList<QAction*> kinds =
            buttonCalled(filled.page, QStringLiteral("Export…"))->menu()->actions();
        const auto writeCard = [&](const QString& name) {
            kinds.last()->trigger();
            auto* dialog = filled.page.findChild<ExportDialog*>();
            const std::string title = dialog->choice().value("title", std::string());
            dialog->findChild<QLineEdit*>()->setText(QStringLiteral("Jigs"));
            dialog->accept();
            auto* where = filled.page.findChild<QFileDialog*>();
            where->setOption(QFileDialog::DontUseNativeDialog);
            where->setOption(QFileDialog::DontConfirmOverwrite);
            where->selectNameFilter(where->nameFilters().last());
            Q_EMIT where->filterSelected(where->selectedNameFilter()); // As by hand.
            where->findChild<QLineEdit*>()->setText(filled.studio.folder.filePath(name));
            static_cast<QDialog*>(where)->accept();
            delete where;
            delete dialog;
            return title;
        };
        for (const char* name : {"card", "card.v2"}) {
            const QString file = filled.studio.folder.filePath(QLatin1String(name));
            QCOMPARE(writeCard(QLatin1String(name)),
                     std::string(name) == "card" ? "" : "Jigs");
            QTRY_COMPARE_WITH_TIMEOUT(
                filled.studio.sentences.last(),
                QStringLiteral("Data card of 13 pieces written to %1.md.").arg(file), kPatienceMs);
            QVERIFY(QFile::exists(file + QStringLiteral(".md")));
        }
    }

    void aNewFolderIsNamedForMusic()
    {
        FilledPage filled;
        QVERIFY(filled.fill());
        buttonCalled(filled.page, QStringLiteral("Export…"))->menu()->actions().front()->trigger();
        filled.page.findChild<ExportDialog*>()->accept();
        auto* where = filled.page.findChild<QFileDialog*>();
        where->setOption(QFileDialog::DontUseNativeDialog);
        const QString folder = filled.studio.folder.filePath(QStringLiteral("for the band"));
        where->findChild<QLineEdit*>()->setText(folder);
        static_cast<QDialog*>(where)->accept();
        QTRY_COMPARE_WITH_TIMEOUT(
            filled.studio.sentences.last(),
            QStringLiteral("Exported MIDI files of 13 pieces to %1.").arg(folder), kPatienceMs);
        QVERIFY(QFile::exists(folder + QStringLiteral("/short.mid")));
    }

    void aCopyIsMadeAndOpened()
    {
        FilledPage filled;
        QVERIFY(filled.fill());
        auto* chooser = filled.page.findChild<SetChooser*>();
        const QString before = filled.page.session().path();
        const auto copyTo = [&](const QString& name) {
            Q_EMIT chooser->menu()->aboutToShow();
            for (QAction* one : chooser->menu()->actions()) {
                if (one->text() == QStringLiteral("Save a copy as…"))
                    one->trigger();
            }
            auto* where = filled.page.findChild<QFileDialog*>();
            where->setOption(QFileDialog::DontUseNativeDialog);
            where->findChild<QLineEdit*>()->setText(filled.studio.folder.filePath(name));
            static_cast<QDialog*>(where)->accept();
            delete where;
        };
        QTRY_VERIFY_WITH_TIMEOUT(filled.page.session().recipe().whyNot().isEmpty(), kPatienceMs);
        copyTo(QStringLiteral("mine"));
        const QString copy = filled.studio.folder.filePath(QStringLiteral("mine.continuo-dataset"));
        QTRY_COMPARE_WITH_TIMEOUT(filled.page.session().path(), copy, kPatienceMs);
        QTRY_VERIFY_WITH_TIMEOUT(filled.page.session().recipe().whyNot().isEmpty(), kPatienceMs);
        QCOMPARE(filled.page.session().pieces().rowCount(), 13);
        QCOMPARE(chooser->toolTip(), copy);
        QVERIFY(QFile::exists(before));
        // What is there stays.
        const QByteArray contents = contentsOf(copy);
        copyTo(QStringLiteral("mine"));
        QTRY_COMPARE_WITH_TIMEOUT(
            filled.studio.sentences.last(),
            QStringLiteral("%1 exists already. Choose another name for the copy.").arg(copy),
            kPatienceMs);
        QCOMPARE(contentsOf(copy), contents);
    }

    void aKeyOpensTheStepsToAdd()
    {
        FilledPage filled;
        QVERIFY(filled.fill());
        QPushButton* add = buttonCalled(filled.page, QStringLiteral("Add step…"));
        QVERIFY(add && add->menu());
        QTRY_VERIFY(add->isEnabled());
        QVERIFY2(add->toolTip().contains(QStringLiteral("Ctrl+Shift+A")),
                 qPrintable(add->toolTip()));
        bool isShown = false;
        connect(add->menu(), &QMenu::aboutToShow, this, [&] {
            isShown = true;
            // The menu waits for its answer.
            QTimer::singleShot(0, add->menu(), &QWidget::close);
        });
        filled.page.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&filled.page));
        QTest::keyClick(filled.page.findChild<PieceView*>(), Qt::Key_A,
                        Qt::ControlModifier | Qt::ShiftModifier);
        QTRY_VERIFY(isShown);
    }

    void theUsualRepairsAreAddedAtOnce()
    {
        FilledPage filled;
        QVERIFY(filled.fill());
        QPushButton* usual = buttonCalled(filled.page, QStringLiteral("Usual repairs"));
        QVERIFY(usual);
        QTRY_VERIFY(usual->isEnabled());
        const PieceTable::Counts& counts = filled.page.session().pieces().table().counts();
        const Recipe expected = suggestedRecipe(counts.problemMask());
        QVERIFY(!expected.steps.empty());
        for (const RecipeStep& step : expected.steps)
            QVERIFY2(usual->toolTip().contains(QString::fromStdString(stepInWords(step))),
                     qPrintable(usual->toolTip()));
        usual->click();
        RecipeEditor& editor = filled.page.session().recipe();
        QCOMPARE(editor.recipe(), expected);
        QVERIFY(!usual->isVisible());
        // The tune of three notes is left out by then.
        QTRY_VERIFY_WITH_TIMEOUT(!editor.isApplying() && counts.leftOut > 0, kPatienceMs);
        editor.undoStack().undo();
        QTRY_VERIFY_WITH_TIMEOUT(!editor.isApplying() && counts.leftOut == 0, kPatienceMs);
        QVERIFY(usual->isVisible());
    }

    void aSavedFilterTicksItsGroup()
    {
        FilledPage filled;
        QVERIFY(filled.fill());
        auto* search = filled.page.findChild<PieceSearch*>();
        CountRow* tooShort = rowCalled(filled.page, QStringLiteral("Too short"));
        tooShort->click();
        const PieceFilter filter = search->filter();
        QVERIFY(filter.group == PieceFilter::Group::OneProblem);
        tooShort->click();
        QCOMPARE(filled.page.session().pieces().rowCount(), 13);
        Q_EMIT search->filterChosen(filter);
        QCOMPARE(filled.page.session().pieces().rowCount(), 1);
        QVERIFY(tooShort->isChecked());
    }

    void aFamilyIsShownFromTheMenu()
    {
        FilledPage filled;
        const QString copy = filled.studio.folder.filePath(QStringLiteral("Old tunes/copy.mid"));
        QVERIFY(writeTo(copy, midiTune(20 + 5 * 9, 45, 5)));
        QVERIFY(writeTo(filled.studio.folder.filePath(QStringLiteral("Old tunes/other.mid")),
                        midiTune(20 + 5 * 9, 50, 5)));
        QVERIFY(filled.fill(15));
        PieceModel& pieces = filled.page.session().pieces();
        auto* view = filled.page.findChild<PieceView*>();
        for (int row = 0; row < pieces.rowCount(); ++row) {
            if (pieces.index(row, 0).data().toString() == QStringLiteral("copy.mid"))
                view->setCurrentIndex(pieces.index(row, 0));
        }
        QMenu* menu = view->makeMenu(view);
        const QList<QAction*> actions = menu->actions();
        const auto family = std::ranges::find_if(actions, [](const QAction* action) {
            return action->text().startsWith(QStringLiteral("Show its family of"));
        });
        QVERIFY(family != actions.end());
        (*family)->trigger();
        QCOMPARE(pieces.rowCount(), 3);
        QVERIFY(filled.page.findChild<PieceSearch*>()->field()->text().startsWith(
            QStringLiteral("family:")));
    }

    void theLastSetIsOpenedAgain()
    {
        FilledPage filled;
        QVERIFY(filled.fill());
        QTRY_VERIFY(filled.studio.settings.contains(QStringLiteral("dataset/last")));
        DatasetPage next(filled.studio.context());
        QCOMPARE(next.session().state(), DatasetSession::State::Empty);
        next.show();
        QTRY_COMPARE_WITH_TIMEOUT(next.session().pieces().rowCount(), 13, kPatienceMs);
        QCOMPARE(next.session().path(), filled.page.session().path());
    }

    void aDroppedDatasetIsOpened()
    {
        FilledPage filled;
        QVERIFY(filled.fill());
        DatasetPage next(filled.studio.context());
        next.importPaths({filled.page.session().path()});
        QTRY_COMPARE_WITH_TIMEOUT(next.session().pieces().rowCount(), 13, kPatienceMs);
        QVERIFY(!next.session().isImporting());
    }

    void thePanelsCanBeHiddenAndRememberIt()
    {
        FilledPage filled;
        QVERIFY(filled.fill());
        auto* panel = filled.page.findChild<HistogramPanel*>();
        filled.page.panels().setShown(SidePanels::Right, false);
        QVERIFY(!panel->isVisible());
        const DatasetPage next(filled.studio.context());
        QVERIFY(next.findChild<HistogramPanel*>()->parentWidget()->isHidden());
        filled.page.panels().setShown(SidePanels::Right, true);
        QVERIFY(panel->isVisible());
    }

    void everythingThatTakesFocusHasAName()
    {
        FilledPage filled;
        QVERIFY(filled.fill());
        for (const QWidget* each : filled.page.findChildren<QWidget*>()) {
            if (each->focusPolicy() == Qt::NoFocus || !each->isVisibleTo(&filled.page) ||
                each->inherits("QHeaderView") || each->inherits("QScrollBar"))
                continue;
            const auto* push = qobject_cast<const QPushButton*>(each);
            QVERIFY2(!each->accessibleName().isEmpty() || (push && !push->text().isEmpty()),
                     qPrintable(QString::fromLatin1(each->metaObject()->className()) +
                                QLatin1Char(' ') + each->objectName()));
        }
    }
};

QTEST_MAIN(TestDatasetPage)
#include "tst_dataset_page.moc"
