// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/dataset/dataset_studio.h"
#include "ui/dataset/dataset_session.h"
#include "ui/dataset/leak_dialog.h"
#include "ui/dataset/piece_actions.h"
#include "ui/dataset/recipe_editor.h"

#include <QMenu>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>
#include <QTreeWidget>

#include <algorithm>
#include <functional>

using namespace continuo;
using namespace continuo::ui;

namespace {

constexpr int kPatienceMs = 60'000;

/// A set of tunes, one of them twice under two names, one of drums alone, in the window.
struct Filled
{
    explicit Filled(DatasetStudio& studio)
        : session(studio.context())
    {
        const QString music = studio.folder.filePath(QStringLiteral("Tunes"));
        for (int i = 0; i < 6; ++i)
            writeTo(music + QStringLiteral("/tune %1.mid").arg(i), midiTune(60, 60, i + 1));
        writeTo(music + QStringLiteral("/tune 5 (copy).mid"), midiTune(60, 60, 6));
        writeTo(music + QStringLiteral("/short.mid"), midiTune(3, 60, 40));
        session.importMusic({music});
    }

    bool isThere()
    {
        return session.recipe().whyNot().isEmpty() && !session.recipe().isApplying() &&
               session.state() == DatasetSession::State::Shown && session.pieces().rowCount() == 8;
    }
    std::vector<PieceRow> rows(const char* words) const
    {
        std::vector<PieceRow> found;
        for (const PieceRow& row : session.pieces().table().rows()) {
            if (row.name.find(words) != std::string::npos)
                found.push_back(row);
        }
        return found;
    }
    std::size_t leftOut() const { return session.pieces().table().counts().leftOut; }

    DatasetSession session;
};

QPushButton* buttonCalled(const QWidget& window, const QString& words)
{
    for (QPushButton* each : window.findChildren<QPushButton*>()) {
        if (each->text() == words)
            return each;
    }
    return nullptr;
}

/// What is done with the one line of a list of leaks.
void decideInDialog(LeakDialog& dialog, QTreeWidget& list, std::int64_t heldOut,
                    std::int64_t training)
{
    QSignalSpy shown(&dialog, &LeakDialog::pieceChosen);
    QSignalSpy leftOut(&dialog, &LeakDialog::leaveOutRequested);
    dialog.setVisible(true);
    QVERIFY(QTest::qWaitForWindowActive(&dialog));
    QTest::keyClick(&list, Qt::Key_Return);
    QCOMPARE(shown.takeFirst().first().toLongLong(), heldOut);
    QVERIFY(dialog.isVisible());
    QPushButton* const leaveOut = buttonCalled(dialog, QStringLiteral("Leave out training piece"));
    leaveOut->click();
    QCOMPARE(leftOut.takeFirst().first().toLongLong(), training);
    dialog.setLeftOut({training}, {});
    QVERIFY(!leaveOut->isEnabled());
    QVERIFY(list.topLevelItem(0)->text(4).startsWith(QStringLiteral("left out: ")));
    QPushButton* const other = buttonCalled(dialog, QStringLiteral("Leave out held-out piece"));
    QVERIFY(other->isEnabled());
    dialog.setLeftOut({}, QStringLiteral("The import is still running."));
    QCOMPARE(other->toolTip(), QStringLiteral("The import is still running."));
    QVERIFY(!list.topLevelItem(0)->text(4).startsWith(QStringLiteral("left out: ")));
    const QRect at = list.visualItemRect(list.topLevelItem(0));
    const QPoint onTraining(list.columnViewportPosition(4) + 5, at.center().y());
    QTest::mouseClick(list.viewport(), Qt::LeftButton, {}, onTraining);
    QTest::mouseDClick(list.viewport(), Qt::LeftButton, {}, onTraining);
    QCOMPARE(shown.size(), 1);
    QCOMPARE(shown.first().first().toLongLong(), training);
    QVERIFY(!dialog.isVisible());
}

} // namespace

/// With the real engine as its child.
class TestRecipeEditor : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (!QFile::exists(DatasetStudio::program()))
            QSKIP("CONTINUO_ENGINE does not name the engine's program");
    }

    void aStepIsAppliedUndoneAndKept()
    {
        DatasetStudio studio;
        Filled filled(studio);
        QTRY_VERIFY_WITH_TIMEOUT(filled.isThere(), kPatienceMs);
        RecipeEditor& recipe = filled.session.recipe();
        QVERIFY2(recipe.whyNot().isEmpty(), qPrintable(recipe.whyNot()));
        QVERIFY(recipe.recipe().steps.empty());

        recipe.addStep(makeStep("drop-duplicates"));
        QVERIFY(recipe.isApplying());
        QCOMPARE(recipe.undoStack().undoText(), QStringLiteral("add Drop duplicates"));
        QTRY_VERIFY_WITH_TIMEOUT(filled.isThere() && filled.leftOut() == 1, kPatienceMs);
        const PieceRow copy = filled.rows("tune 5")[filled.rows("tune 5")[0].isInUse ? 1 : 0];
        QCOMPARE(QString::fromStdString(copy.whyLeftOut), QStringLiteral("duplicate"));
        QCOMPARE(filled.session.pieces().table().stepCounts().at(0).leftOut, 1u);
        QVERIFY2(studio.sentences.last().contains(QStringLiteral("leaves out 1")),
                 qPrintable(studio.sentences.last()));

        RecipeStep up = makeStep("fold-range");
        up.parameters["low"] = 72.0;
        up.parameters["high"] = 96.0;
        recipe.addStep(up);
        QTRY_VERIFY_WITH_TIMEOUT(filled.isThere() && filled.rows("tune 1")[0].steps.size() == 1,
                                 kPatienceMs);
        QVERIFY(recipeInWords(filled.rows("tune 1")[0]) != QStringLiteral("none"));

        // Another window finds both.
        DatasetSession other(studio.context());
        other.open(filled.session.path());
        QTRY_COMPARE_WITH_TIMEOUT(other.state(), DatasetSession::State::Shown, kPatienceMs);
        QCOMPARE(other.recipe().recipe(), recipe.recipe());

        recipe.undoStack().undo();
        recipe.undoStack().undo();
        QTRY_VERIFY_WITH_TIMEOUT(filled.isThere() && filled.leftOut() == 0, kPatienceMs);
        QVERIFY(filled.rows("tune 1")[0].steps.empty());
        recipe.undoStack().redo();
        QTRY_VERIFY_WITH_TIMEOUT(filled.isThere() && filled.leftOut() == 1, kPatienceMs);
    }

    void manyChangesEndWithTheLast()
    {
        DatasetStudio studio;
        Filled filled(studio);
        QTRY_VERIFY_WITH_TIMEOUT(filled.isThere(), kPatienceMs);
        RecipeEditor& recipe = filled.session.recipe();
        for (int i = 0; i < 12; ++i) {
            RecipeStep step = makeStep("leave-out");
            step.condition.problems =
                problemBit(i % 2 == 0 ? Problem::TooShort : Problem::DrumsOnly);
            if (recipe.recipe().steps.empty())
                recipe.addStep(step);
            else
                recipe.replaceStep(0, step);
        }
        // Between the first of them and the last the set may be seen as the first left it.
        QTRY_VERIFY_WITH_TIMEOUT(
            !recipe.isApplying() && filled.isThere() && filled.leftOut() == 0, kPatienceMs);
        recipe.undoStack().undo();
        QTRY_VERIFY2_WITH_TIMEOUT(filled.isThere() && filled.leftOut() == 1,
                                  qPrintable(studio.sentences.join(QLatin1Char('\n'))),
                                  kPatienceMs);
        QCOMPARE(QString::fromStdString(filled.rows("short")[0].whyLeftOut),
                 QStringLiteral("left-out"));
    }

    void piecesAreDecidedByHand()
    {
        DatasetStudio studio;
        Filled filled(studio);
        QTRY_VERIFY_WITH_TIMEOUT(filled.isThere(), kPatienceMs);
        QWidget window;
        PieceActions actions(filled.session.recipe(), window);
        actions.leaveOut(filled.rows("tune 1"));
        actions.leaveOut(filled.rows("tune 2"));
        QTRY_VERIFY_WITH_TIMEOUT(filled.isThere() && filled.leftOut() == 2, kPatienceMs);
        QCOMPARE(filled.session.recipe().recipe().steps.size(), 1u);
        QCOMPARE(useInWords(filled.rows("tune 1")[0], true), QStringLiteral("left out by hand"));

        actions.keep(filled.rows("tune 1"));
        QTRY_VERIFY_WITH_TIMEOUT(filled.isThere() && filled.leftOut() == 1, kPatienceMs);
        actions.forgetDecision(filled.rows("tune"));
        QTRY_VERIFY_WITH_TIMEOUT(filled.isThere() && filled.leftOut() == 0, kPatienceMs);
        QVERIFY(filled.session.recipe().recipe().steps.empty());

        actions.tag(filled.rows("tune 3"), QStringLiteral("slow air"));
        actions.note(filled.rows("tune 3")[0], QStringLiteral("check bar 4"));
        QTRY_VERIFY_WITH_TIMEOUT(filled.isThere() && filled.rows("tune 3")[0].note == "check bar 4",
                                 kPatienceMs);
        QCOMPARE(filled.rows("tune 3")[0].tags, std::vector<std::string>{"slow air"});
        QVERIFY(filled.rows("tune 3")[0].searchText.find("slow air") != std::string::npos);

        QMenu menu;
        actions.addTo(menu, filled.rows("tune 3"));
        const auto named = [&](const QString& words) {
            const QList<QAction*> all = menu.actions();
            const auto found = std::ranges::find(all, words, &QAction::text);
            return found == all.end() ? nullptr : *found;
        };
        QVERIFY(named(QStringLiteral("Leave out"))->isEnabled());
        QVERIFY(!named(QStringLiteral("Keep in any case"))->isEnabled());
        QCOMPARE(named(QStringLiteral("Keep in any case"))->toolTip(),
                 QStringLiteral("It is in use."));
        QVERIFY(named(QStringLiteral("Edit on the roll"))->isEnabled());
    }

    void aRecipeThatCannotBeAppliedIsTakenBack()
    {
        DatasetStudio studio;
        Filled filled(studio);
        QTRY_VERIFY_WITH_TIMEOUT(filled.isThere(), kPatienceMs);
        RecipeEditor& recipe = filled.session.recipe();
        QVERIFY(QFile::remove(filled.session.path()));
        recipe.addStep(makeStep("drop-drums"));
        QTRY_VERIFY_WITH_TIMEOUT(!recipe.isApplying(), kPatienceMs);
        QVERIFY(recipe.recipe().steps.empty());
        QVERIFY(!recipe.undoStack().canUndo());
        QVERIFY2(studio.sentences.last().contains(filled.session.name()),
                 qPrintable(studio.sentences.last()));
    }

    void decisionsOneAfterTheOtherCanBeTakenBackEach()
    {
        DatasetStudio studio;
        Filled filled(studio);
        QTRY_VERIFY_WITH_TIMEOUT(filled.isThere(), kPatienceMs);
        QWidget window;
        PieceActions actions(filled.session.recipe(), window);
        // Against the order in which a set keeps them.
        std::vector<PieceRow> rows{filled.rows("tune 1").at(0), filled.rows("tune 2").at(0)};
        std::ranges::sort(rows, std::greater(), &PieceRow::contentKey);
        for (std::size_t i = 0; i < rows.size(); ++i) {
            actions.leaveOut({rows[i]});
            QTRY_COMPARE_WITH_TIMEOUT(filled.leftOut(), i + 1, kPatienceMs);
            QTRY_VERIFY_WITH_TIMEOUT(filled.isThere(), kPatienceMs);
        }
        QUndoStack& history = filled.session.recipe().undoStack();
        QCOMPARE(history.count(), 2);
        history.undo();
        QTRY_COMPARE_WITH_TIMEOUT(filled.leftOut(), std::size_t{1}, kPatienceMs);
    }

    void sharedPassagesAreNamed()
    {
        DatasetStudio studio;
        Filled filled(studio);
        QTRY_VERIFY_WITH_TIMEOUT(filled.isThere(), kPatienceMs);
        LeakDialog none(filled.session.path());
        QSignalSpy filledSpy(&none, &LeakDialog::filled);
        QVERIFY(filledSpy.wait(kPatienceMs));
        QCOMPARE(none.findChild<QTreeWidget*>()->topLevelItemCount(), 0);

        const QString music = studio.folder.filePath(QStringLiteral("More"));
        // Two passages of a tune as a piece of its own, too short to make it a relative.
        const auto notesOf = [](const QByteArray& tune, int from, int to) {
            constexpr int kHeader = 22;
            constexpr int kNote = 9;
            return tune.mid(kHeader + from * kNote, (to - from) * kNote);
        };
        const QByteArray tune = midiTune(60, 60, 3);
        QByteArray notes = midiTune(30, 60, 50);
        notes.replace(notesOf(notes, 0, 9), notesOf(tune, 0, 9));
        notes.replace(notesOf(notes, 18, 27), notesOf(tune, 30, 39));
        QVERIFY(writeTo(music + QStringLiteral("/half.mid"), notes));
        filled.session.importMusic({music});
        QTRY_VERIFY_WITH_TIMEOUT(
            !filled.session.isImporting() && filled.session.pieces().rowCount() == 9, kPatienceMs);
        bool isFound = false;
        for (std::uint64_t seed = 1; seed < 12 && !isFound; ++seed) {
            SplitSettings settings{.5, .25, .25, seed};
            filled.session.split(settings);
            QTRY_VERIFY_WITH_TIMEOUT(!filled.session.isSplitting() && filled.session.leaks(),
                                     kPatienceMs);
            if (*filled.session.leaks() == 0)
                continue;
            isFound = true;
            LeakDialog dialog(filled.session.path());
            QSignalSpy there(&dialog, &LeakDialog::filled);
            QVERIFY(there.wait(kPatienceMs));
            auto* list = dialog.findChild<QTreeWidget*>();
            // One line for the two pieces, with both places.
            QCOMPARE(list->topLevelItemCount(), 1);
            QTreeWidgetItem& line = *list->topLevelItem(0);
            QVERIFY(line.text(0).toInt() >= 8);
            QCOMPARE(line.text(6), QStringLiteral("2"));
            QCOMPARE(line.toolTip(6).count(QLatin1Char('\n')), 1);
            const auto idOf = [&](const QString& name) {
                return filled.rows(name.section(QStringLiteral(" ·"), 0, 0).toStdString().c_str())
                    .at(0);
            };
            const PieceRow heldOut = idOf(line.text(1));
            const PieceRow training = idOf(line.text(4));
            QCOMPARE(training.part, Part::Train);
            QCOMPARE(line.text(2), useInWords(heldOut, true));
            decideInDialog(dialog, *list, heldOut.id, training.id);
        }
        QVERIFY(isFound);
    }
};

QTEST_MAIN(TestRecipeEditor)
#include "tst_recipe_editor.moc"
