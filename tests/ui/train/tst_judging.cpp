// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/train/train_studio.h"
#include "core/midi/read_midi.h"
#include "ui/train/checkpoint_strip.h"
#include "ui/train/json_members.h"
#include "ui/train/judge_dialog.h"
#include "ui/train/runs_panel.h"
#include "ui/train/score_card_dialog.h"

#include <QDirIterator>
#include <QFileDialog>
#include <QLabel>
#include <QListView>
#include <QListWidget>
#include <QMenu>
#include <QProcess>
#include <QSignalSpy>
#include <QToolButton>
#include <QTreeWidget>

using namespace continuo;
using namespace continuo::ui;

/// Judging in the window, with real models of real trainings and the real engine.
class TestJudging final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup() { m_studio.reset(); }

    void aCardHasTheNumbersOfTheCommandLine();
    void everyNumberIsExplained();
    void oneGoesThroughTheMelodies();
    void aCardIsKeptUntilTheSetChanges();
    void aSilentMelodyIsSaidAndHoldsNothingUp();
    void aTakeIsJudgedLikeItsFile();
    void withoutADatasetATakeCannotBeJudged();
    void aSetThatIsGoneIsSaidAndChosenAnew();
    void aRunOfTheCommandLineAsksForItsSet();
    void oneModelHasTheNumbersOfTheCommandLine();
    void modelsOfOtherEncodingsAreCompared();
    void aModelThatCannotBeComparedIsRefusedWithTheReason();
    void aModelOfANewerVersionIsRefusedWithTheReason();
    void aRunWithoutACheckpointCannotBeTicked();
    void judgingIsStopped();
    void severalSelectedRunsAreJudgedTogether();
    void whatTakesFocusHasAName();
    void whatIsDisabledSaysWhy();

private:
    static Json command(const QStringList& arguments);
    std::unique_ptr<TrainPage> pageOf(const QString& run);
    ScoreCardDialog* openCard(TrainPage& page);
    JudgeDialog* openJudge(TrainPage& page);
    static QTreeWidgetItem* rowOf(const QTreeWidget& tree, const QString& name);
    static QString words(const QWidget& within);

    QTemporaryDir m_made{}; ///< What the runs are copied from.
    QString m_set{};
    std::unique_ptr<TrainStudio> m_studio;
};

Json TestJudging::command(const QStringList& arguments)
{
    QProcess process;
    process.start(QStringLiteral(CONTINUO_ENGINE),
                  arguments + QStringList{QStringLiteral("--json")});
    if (!process.waitForFinished(kLongMs) || process.exitCode() != 0)
        qFatal("%s: %s", qPrintable(arguments.join(u' ')),
               process.readAllStandardError().constData());
    const QByteArray last = process.readAllStandardOutput().trimmed().split('\n').last();
    return *parseJson(last.toStdString());
}

void TestJudging::initTestCase()
{
    const QString set = m_made.filePath(QStringLiteral("tunes.continuo-dataset"));
    command({QStringLiteral("import"),
             qEnvironmentVariable("CONTINUO_RESOURCES") + QStringLiteral("/tunes"),
             QStringLiteral("--out"), set});
    command({QStringLiteral("split"), set, QStringLiteral("--seed"), QStringLiteral("1")});
    const auto train = [&](const char* preset, const char* name, const QStringList& more) {
        command(QStringList{QStringLiteral("train"), QStringLiteral("--preset"),
                            QString::fromLatin1(preset), QStringLiteral("--dataset"), set,
                            QStringLiteral("--run"), m_made.filePath(QString::fromLatin1(name)),
                            QStringLiteral("--set"), QStringLiteral("threads=1")} +
                more);
    };
    const QString to = QStringLiteral("--set");
    train("tiny", "tiny", {to, QStringLiteral("epochs=2"), to, QStringLiteral("hidden=8")});
    train("count-first", "count", {});
    train("abc-chars", "letters",
          {to, QStringLiteral("kind=ngram"), to, QStringLiteral("order=4"), to,
           QStringLiteral("steps=1"), to, QStringLiteral("samples=false")});
}

void TestJudging::init()
{
    m_studio = std::make_unique<TrainStudio>(QStringLiteral(CONTINUO_ENGINE));
    QDir().mkpath(m_studio->paths.runs());
    m_set = m_studio->folder.filePath(QStringLiteral("tunes.continuo-dataset"));
    QVERIFY(QFile::copy(m_made.filePath(QStringLiteral("tunes.continuo-dataset")), m_set));
    for (const char* name : {"tiny", "count", "letters"}) {
        const QString from = m_made.filePath(QString::fromLatin1(name));
        const QString to = m_studio->paths.runs() + QLatin1Char('/') + QString::fromLatin1(name);
        QDirIterator files(from, QDir::Files, QDirIterator::Subdirectories);
        while (files.hasNext()) {
            const QString target = to + files.next().mid(from.size());
            QVERIFY(QDir().mkpath(QFileInfo(target).path()));
            QVERIFY(QFile::copy(files.filePath(), target));
        }
        RunFacts names;
        names.path = to;
        names.name = QString::fromLatin1(name);
        names.dataset = m_set;
        QVERIFY(writeRunNames(names));
    }
}

std::unique_ptr<TrainPage> TestJudging::pageOf(const QString& run)
{
    auto page = m_studio->makePage();
    const QString path = m_studio->paths.runs() + QLatin1Char('/') + run;
    const auto isThere = [&] {
        page->choose(path);
        return shown(*page) && shown(*page)->path == path;
    };
    return QTest::qWaitFor(isThere, kLongMs) ? std::move(page) : nullptr;
}

ScoreCardDialog* TestJudging::openCard(TrainPage& page)
{
    const auto press = [&] {
        QPushButton* judge =
            visibleButton(*page.findChild<CheckpointStrip*>(), QStringLiteral("judge"));
        return judge && judge->isEnabled() ? (judge->click(), true) : false;
    };
    return QTest::qWaitFor(press, kLongMs) ? page.findChild<ScoreCardDialog*>() : nullptr;
}

JudgeDialog* TestJudging::openJudge(TrainPage& page)
{
    QPushButton* judge = visibleButton(*page.findChild<RunView*>(), QStringLiteral("Judge…"));
    if (!judge || !judge->isEnabled())
        return nullptr;
    judge->click();
    return page.findChild<JudgeDialog*>();
}

QTreeWidgetItem* TestJudging::rowOf(const QTreeWidget& tree, const QString& name)
{
    const QList<QTreeWidgetItem*> found =
        tree.findItems(name, Qt::MatchExactly | Qt::MatchRecursive);
    return found.isEmpty() ? nullptr : found.first();
}

QString TestJudging::words(const QWidget& within)
{
    QStringList all;
    for (const QLabel* each : within.findChildren<QLabel*>())
        if (each->isVisible())
            all << each->text();
    return all.join(QLatin1Char('\n'));
}

void TestJudging::aCardHasTheNumbersOfTheCommandLine()
{
    const auto page = pageOf(QStringLiteral("tiny"));
    QVERIFY(page);
    ScoreCardDialog* dialog = openCard(*page);
    QVERIFY(dialog && dialog->isVisible());
    QTRY_VERIFY_WITH_TIMEOUT(dialog->card(), kLongMs);
    const RunStory& story = shown(*page)->story;
    QCOMPARE(dialog->step(), story.checkpoints.front().step);
    QStringList question{QStringLiteral("evaluate"), QStringLiteral("--against"), m_set,
                         QStringLiteral("--midi")};
    for (const QString& sample : story.checkpoints.front().samples)
        question << shown(*page)->path + QLatin1Char('/') + sample;
    const Json theirs = command(question);
    QCOMPARE(memberAt(theirs, "pieces").size(), 2U);
    QCOMPARE(*dialog->card(), melodyCardFromJson(theirs, 0));
    for (QToolButton* each : dialog->findChildren<QToolButton*>())
        if (each->text() == QLatin1String("Later"))
            each->click();
    QVERIFY(dialog->card()); // The melodies of a checkpoint are judged together.
    QCOMPARE(*dialog->card(), melodyCardFromJson(theirs, 1));
    QVERIFY(*dialog->card() != melodyCardFromJson(theirs, 0));

    const auto* tree = dialog->findChild<QTreeWidget*>();
    QCOMPARE(tree->topLevelItemCount(), 3);
    QCOMPARE(tree->topLevelItem(0)->text(0), QStringLiteral("Harmony"));
    QCOMPARE(tree->topLevelItem(1)->text(0), QStringLiteral("Melody coherence"));
    QCOMPARE(tree->topLevelItem(2)->text(0), QStringLiteral("Rhythm consistency"));
    const Json& groove =
        memberAt(memberAt(memberAt(theirs, "metrics"), "rhythmConsistency"), "grooveConsistency");
    const QTreeWidgetItem* row = rowOf(*tree, QStringLiteral("groove like the bar before"));
    QVERIFY(row);
    const auto percent = [](double share) { return QLocale().toString(100 * share, 'f', 0); };
    const Json& own = memberAt(memberAt(theirs, "pieces")[1], "metrics");
    QCOMPARE(row->text(1), percent(numberAt(own, "grooveConsistency")) + QStringLiteral(" %"));
    QCOMPARE(row->text(2), QStringLiteral("%1 ± %2 %")
                               .arg(percent(numberAt(memberAt(groove, "corpus"), "mean")),
                                    percent(numberAt(memberAt(groove, "corpus"), "deviation"))));
    QVERIFY(row->toolTip(0).contains(QStringLiteral("24 a quarter")));
    QVERIFY(words(*dialog).contains(QStringLiteral("also found in your training data")) ||
            words(*dialog).contains(QStringLiteral("shares no passage")));
    QVERIFY(!words(*dialog).contains(QStringLiteral("has changed since")));
    QVERIFY(m_studio->tasks.tasks().empty());
}

void TestJudging::everyNumberIsExplained()
{
    const auto page = pageOf(QStringLiteral("tiny"));
    QVERIFY(page);
    ScoreCardDialog* dialog = openCard(*page);
    QVERIFY(dialog);
    QTRY_VERIFY_WITH_TIMEOUT(dialog->card(), kLongMs);
    std::size_t rows = 0;
    for (const CardGroup& group : dialog->card()->groups) {
        QVERIFY(groupInWords(group.name) != group.name);
        for (const CardRow& row : group.rows) {
            const NumberWords known = numberWords(row.name);
            QVERIFY2(known.name != row.name && !known.formula.isEmpty(), qPrintable(row.name));
            ++rows;
        }
    }
    QCOMPARE(rows, 17U);
    // By the keyboard, too.
    auto* tree = dialog->findChild<QTreeWidget*>();
    tree->setCurrentItem(rowOf(*tree, QStringLiteral("steps")));
    QVERIFY(words(*dialog).contains(QStringLiteral("one or two semitones")));
    QTest::keyClick(tree, Qt::Key_Down);
    QVERIFY(words(*dialog).contains(QStringLiteral("three semitones or more")));
}

void TestJudging::oneGoesThroughTheMelodies()
{
    const auto page = pageOf(QStringLiteral("tiny"));
    QVERIFY(page);
    ScoreCardDialog* dialog = openCard(*page);
    QVERIFY(dialog);
    const RunStory& story = shown(*page)->story;
    qsizetype melodies = 0;
    for (const KeptCheckpoint& checkpoint : story.checkpoints)
        melodies += checkpoint.samples.size();
    QVERIFY(melodies >= 4);
    QToolButton* earlier = nullptr;
    QToolButton* later = nullptr;
    for (QToolButton* each : dialog->findChildren<QToolButton*>())
        (each->text() == QLatin1String("Earlier") ? earlier : later) = each;
    QVERIFY(!earlier->isEnabled());
    QCOMPARE(earlier->toolTip(), QStringLiteral("This is the first"));
    // Faster than they are judged.
    for (qsizetype i = 1; i < melodies; ++i) {
        QVERIFY(later->isEnabled());
        later->click();
    }
    QVERIFY(!later->isEnabled());
    QCOMPARE(dialog->step(), story.checkpoints.back().step);
    QTRY_VERIFY_WITH_TIMEOUT(dialog->card(), kLongMs);
    QTRY_VERIFY_WITH_TIMEOUT(m_studio->tasks.tasks().empty(), kLongMs);
    // All of them are known by now.
    for (qsizetype i = 1; i < melodies; ++i) {
        earlier->click();
        QVERIFY(dialog->card());
        QVERIFY(m_studio->tasks.tasks().empty());
    }
}

void TestJudging::aCardIsKeptUntilTheSetChanges()
{
    const auto page = pageOf(QStringLiteral("tiny"));
    QVERIFY(page);
    ScoreCardDialog* dialog = openCard(*page);
    QVERIFY(dialog);
    QTRY_VERIFY_WITH_TIMEOUT(dialog->card(), kLongMs);
    const MelodyCard before = *dialog->card();
    dialog->hide();
    QCOMPARE(openCard(*page), dialog);
    QVERIFY(dialog->isVisible() && dialog->card());

    command({QStringLiteral("split"), m_set, QStringLiteral("--seed"), QStringLiteral("7")});
    QCOMPARE(openCard(*page), dialog);
    QVERIFY(!dialog->card());
    QTRY_VERIFY_WITH_TIMEOUT(dialog->card(), kLongMs);
    QVERIFY(dialog->card()->fingerprint != before.fingerprint);
    QVERIFY(words(*dialog).contains(QStringLiteral("has changed since this training")));
}

void TestJudging::aSilentMelodyIsSaidAndHoldsNothingUp()
{
    const RunFactsPointer run = readRun(m_studio->paths.runs() + QStringLiteral("/tiny"), nullptr);
    QFile silent(run->path + QLatin1Char('/') + run->story.checkpoints.front().samples[1]);
    QVERIFY(silent.open(QIODevice::WriteOnly | QIODevice::Truncate));
    QVERIFY(silent.write(
                QByteArray::fromHex("4d546864000000060000000101e04d54726b0000000400ff2f00")) > 0);
    silent.close();
    const auto page = pageOf(QStringLiteral("tiny"));
    QVERIFY(page);
    ScoreCardDialog* dialog = openCard(*page);
    QVERIFY(dialog);
    QTRY_VERIFY_WITH_TIMEOUT(dialog->card(), kLongMs);
    QCOMPARE(dialog->card()->melodies, 1);
    for (QToolButton* each : dialog->findChildren<QToolButton*>())
        if (each->text() == QLatin1String("Later"))
            each->click();
    QVERIFY(!dialog->card());
    QVERIFY(words(*dialog).contains(QStringLiteral("It wrote no note here.")));
    QVERIFY(m_studio->tasks.tasks().empty());
}

void TestJudging::aTakeIsJudgedLikeItsFile()
{
    const auto page = pageOf(QStringLiteral("tiny"));
    QVERIFY(page);
    const QString run = m_studio->paths.runs() + QStringLiteral("/tiny");
    const QString model = run + QStringLiteral("/best.safetensors");
    QCOMPARE(page->whyNoCardOf(model), QString());
    const QString sample = run + QLatin1Char('/') +
                           shown(*page)->story.checkpoints.front().samples.front();
    const auto melody = readMidiFile(QFile::encodeName(sample).toStdString());
    QVERIFY(melody);
    page->showCardOf(melody->score, QStringLiteral("Alternative B: tiny"), model);
    auto* dialog = page->findChild<ScoreCardDialog*>();
    QVERIFY(dialog && dialog->isVisible());
    QTRY_VERIFY_WITH_TIMEOUT(dialog->card(), kLongMs);
    const Json theirs = command({QStringLiteral("evaluate"), QStringLiteral("--against"), m_set,
                                 QStringLiteral("--midi"), sample});
    QCOMPARE(*dialog->card(), melodyCardFromJson(theirs, 0));
    const QString seen = words(*dialog);
    QVERIFY2(seen.contains(QLatin1String("Alternative B: tiny")), qPrintable(seen));
    QVERIFY2(!seen.contains(QLatin1String("not the set")), qPrintable(seen));
    for (const QToolButton* each : dialog->findChildren<QToolButton*>())
        QVERIFY2(!each->isVisible(), qPrintable(each->text())); // There is no earlier or later one.
    // A model from elsewhere is held against the set that is chosen, which is said.
    const QString elsewhere = m_studio->folder.filePath(QStringLiteral("elsewhere.safetensors"));
    QVERIFY(QFile::copy(m_studio->paths.starterModel(), elsewhere));
    page->trainOn(m_set);
    QCOMPARE(page->whyNoCardOf(elsewhere), QString());
    page->showCardOf(melody->score, QStringLiteral("Alternative A: starter"), elsewhere);
    QTRY_VERIFY_WITH_TIMEOUT(dialog->card(), kLongMs);
    QVERIFY2(words(*dialog).contains(QLatin1String("not the set that the network learned from")),
             qPrintable(words(*dialog)));
}

void TestJudging::withoutADatasetATakeCannotBeJudged()
{
    const TrainPage page(m_studio->context());
    const QString why = page.whyNoCardOf(m_studio->paths.starterModel());
    QVERIFY2(why.contains(QLatin1String("no dataset")), qPrintable(why));
}

void TestJudging::aSetThatIsGoneIsSaidAndChosenAnew()
{
    const QString moved = m_studio->folder.filePath(QStringLiteral("moved away.continuo-dataset"));
    QVERIFY(QFile::rename(m_set, moved));
    const auto page = pageOf(QStringLiteral("tiny"));
    QVERIFY(page);
    ScoreCardDialog* dialog = openCard(*page);
    QVERIFY(dialog);
    QTRY_VERIFY_WITH_TIMEOUT(
        words(*dialog).contains(QStringLiteral("no longer at “%1”").arg(m_set)), kLongMs);
    QVERIFY(!dialog->card());
    QVERIFY(visibleButton(*dialog, QStringLiteral("Judge")));
    QPushButton* choose = visibleButton(*dialog, QStringLiteral("Choose the set…"));
    QVERIFY(choose);
    choose->click();
    auto* files = dialog->findChild<QFileDialog*>();
    QVERIFY(files);
    Q_EMIT files->fileSelected(moved);
    files->close();
    QTRY_VERIFY_WITH_TIMEOUT(dialog->card(), kLongMs);
    QVERIFY(!words(*dialog).contains(QStringLiteral("has changed since")));
    // It is remembered with the run.
    QCOMPARE(readRun(shown(*page)->path, nullptr)->dataset, moved);
}

void TestJudging::aRunOfTheCommandLineAsksForItsSet()
{
    RunFacts names = *readRun(m_studio->paths.runs() + QStringLiteral("/tiny"), nullptr);
    names.dataset.clear();
    QVERIFY(writeRunNames(names));
    const auto page = pageOf(QStringLiteral("tiny"));
    QVERIFY(page);
    ScoreCardDialog* dialog = openCard(*page);
    QVERIFY(dialog);
    QVERIFY(words(*dialog).contains(QStringLiteral("does not know where the set “tunes” is")));
    QVERIFY(visibleButton(*dialog, QStringLiteral("Choose the set…")));
    QVERIFY(m_studio->tasks.tasks().empty());
    JudgeDialog* judge = openJudge(*page);
    QVERIFY(judge);
    QPushButton* start = visibleButton(*judge, QStringLiteral("Judge"));
    QVERIFY(!start->isEnabled());
    QCOMPARE(start->toolTip(), QStringLiteral("Choose the set on which they are judged"));
}

void TestJudging::oneModelHasTheNumbersOfTheCommandLine()
{
    const auto page = pageOf(QStringLiteral("tiny"));
    QVERIFY(page);
    JudgeDialog* dialog = openJudge(*page);
    QVERIFY(dialog && dialog->isVisible());
    visibleButton(*dialog, QStringLiteral("Judge"))->click();
    QVERIFY(dialog->isJudging());
    QCOMPARE(m_studio->tasks.tasks().size(), 2U);
    QTRY_VERIFY_WITH_TIMEOUT(!dialog->isJudging(), kLongMs);
    QVERIFY(m_studio->tasks.tasks().empty());
    const auto* tree = dialog->findChild<QTreeWidget*>();
    QCOMPARE(tree->headerItem()->text(1), QStringLiteral("validation"));
    QCOMPARE(tree->headerItem()->text(2), QStringLiteral("test"));
    int column = 0;
    for (const char* part : {"validation", "test"}) {
        ++column;
        const Json theirs = command({QStringLiteral("evaluate"), QStringLiteral("--model"),
                                     shown(*page)->path + QStringLiteral("/best.safetensors"),
                                     QStringLiteral("--dataset"), m_set, QStringLiteral("--part"),
                                     QString::fromLatin1(part)});
        const auto three = [](double value) { return QLocale().toString(value, 'f', 3); };
        const auto shows = [&](const char* name) {
            return rowOf(*tree, QString::fromUtf8(name))->text(column);
        };
        QCOMPARE(shows("Held-out loss, nats a step"), three(numberAt(theirs, "crossEntropy")));
        const Json& references = memberAt(theirs, "references");
        QCOMPARE(shows("counting pairs of symbols"), three(numberAt(references, "bigram")));
        QCOMPARE(shows("counting symbols"), three(numberAt(references, "unigram")));
        QCOMPARE(shows("guessing"), three(numberAt(references, "uniform")));
        QCOMPARE(shows("Bits per note"), three(numberAt(theirs, "bitsPerNote")));
        QCOMPARE(shows("The trainer's own loss"), three(numberAt(theirs, "trainerLoss")));
        QCOMPARE(shows("Pieces"), QLocale().toString(wholeAt(theirs, "pieces")));
    }
    QVERIFY(!words(*dialog).contains(QStringLiteral("is not the one of the training")));

    // The same run asked for again keeps its figures; other runs do not stand beside them.
    dialog->hide();
    QCOMPARE(openJudge(*page), dialog);
    QVERIFY(tree->topLevelItemCount() > 0);
    dialog->findChild<QListWidget*>()
        ->findItems(QStringLiteral("count"), Qt::MatchExactly)
        .first()
        ->setCheckState(Qt::Checked);
    QCOMPARE(tree->topLevelItemCount(), 0);
    // Nor those of another split without a word.
    dialog->findChild<QListWidget*>()
        ->findItems(QStringLiteral("count"), Qt::MatchExactly)
        .first()
        ->setCheckState(Qt::Unchecked);
    command({QStringLiteral("split"), m_set, QStringLiteral("--seed"), QStringLiteral("7")});
    visibleButton(*dialog, QStringLiteral("Judge"))->click();
    QTRY_VERIFY_WITH_TIMEOUT(!dialog->isJudging(), kLongMs);
    QVERIFY(words(*dialog).contains(QStringLiteral("is not the one of the training")));
}

void TestJudging::modelsOfOtherEncodingsAreCompared()
{
    const auto page = pageOf(QStringLiteral("tiny"));
    QVERIFY(page);
    JudgeDialog* dialog = openJudge(*page);
    QVERIFY(dialog);
    auto* list = dialog->findChild<QListWidget*>();
    QCOMPARE(list->count(), 3);
    list->findItems(QStringLiteral("count"), Qt::MatchExactly).first()->setCheckState(Qt::Checked);
    QVERIFY(words(*dialog).contains(QStringLiteral("2 models")));
    visibleButton(*dialog, QStringLiteral("Judge"))->click();
    QTRY_VERIFY_WITH_TIMEOUT(!dialog->isJudging(), kLongMs);
    const QString runs = m_studio->paths.runs();
    const ComparisonFigures theirs = comparisonFromJson(command(
        {QStringLiteral("evaluate"), QStringLiteral("--model"),
         runs + QStringLiteral("/tiny/best.safetensors"), QStringLiteral("--model"),
         runs + QStringLiteral("/count/best.safetensors"), QStringLiteral("--dataset"), m_set}));
    const auto* tree = dialog->findChild<QTreeWidget*>();
    QCOMPARE(tree->topLevelItemCount(), 2);
    const auto three = [](double value) { return QLocale().toString(value, 'f', 3); };
    QCOMPARE(tree->topLevelItem(0)->text(0), QStringLiteral("tiny"));
    QCOMPARE(tree->topLevelItem(0)->text(1), three(theirs.models[0].bitsPerNote));
    QCOMPARE(tree->topLevelItem(1)->text(0), QStringLiteral("count"));
    QCOMPARE(tree->topLevelItem(1)->text(1), three(theirs.models[1].bitsPerNote));
    QVERIFY(tree->topLevelItem(1)->text(2).endsWith(QStringLiteral("± ") +
                                                    three(theirs.models[1].error)));
    QCOMPARE(tree->topLevelItem(1)->text(3), comparisonInWords(theirs.models[1], false));
    QVERIFY(words(*dialog).contains(
        QStringLiteral("on %1 notes").arg(QLocale().toString(theirs.notes))));
}

void TestJudging::aModelThatCannotBeComparedIsRefusedWithTheReason()
{
    const auto page = pageOf(QStringLiteral("tiny"));
    QVERIFY(page);
    JudgeDialog* dialog = openJudge(*page);
    QVERIFY(dialog);
    dialog->findChild<QListWidget*>()
        ->findItems(QStringLiteral("letters"), Qt::MatchExactly)
        .first()
        ->setCheckState(Qt::Checked);
    visibleButton(*dialog, QStringLiteral("Judge"))->click();
    QTRY_VERIFY_WITH_TIMEOUT(!dialog->isJudging(), kLongMs);
    QVERIFY2(words(*dialog).contains(QStringLiteral("abc")), qPrintable(words(*dialog)));
    QCOMPARE(dialog->findChild<QTreeWidget*>()->topLevelItemCount(), 0);
    QVERIFY(m_studio->tasks.tasks().empty());
}

void TestJudging::aModelOfANewerVersionIsRefusedWithTheReason()
{
    // The version of the format stands in the header of the file, as text.
    QFile file(m_studio->paths.runs() + QStringLiteral("/tiny/best.safetensors"));
    QVERIFY(file.open(QIODevice::ReadWrite));
    QByteArray bytes = file.readAll();
    const QByteArray now = "\"continuo.format\":\"1\"";
    const qsizetype at = bytes.indexOf(now);
    QVERIFY(at > 0);
    bytes.replace(at, now.size(), "\"continuo.format\":\"9\"");
    file.seek(0);
    QCOMPARE(file.write(bytes), bytes.size());
    file.close();
    const auto page = pageOf(QStringLiteral("tiny"));
    QVERIFY(page);
    JudgeDialog* dialog = openJudge(*page);
    QVERIFY(dialog);
    visibleButton(*dialog, QStringLiteral("Judge"))->click();
    QTRY_VERIFY_WITH_TIMEOUT(!dialog->isJudging(), kLongMs);
    QVERIFY2(words(*dialog).contains(QStringLiteral("newer")), qPrintable(words(*dialog)));
    QCOMPARE(words(*dialog).count(QStringLiteral("newer")), 1); // Not once for each part.
}

void TestJudging::aRunWithoutACheckpointCannotBeTicked()
{
    const QString bare = m_studio->paths.runs() + QStringLiteral("/bare");
    QVERIFY(QDir().mkpath(bare));
    QVERIFY(QFile::copy(m_studio->paths.runs() + QStringLiteral("/tiny/config.json"),
                        bare + QStringLiteral("/config.json")));
    const auto page = pageOf(QStringLiteral("bare"));
    QVERIFY(page);
    QPushButton* judge = visibleButton(*page->findChild<RunView*>(), QStringLiteral("Judge…"));
    QVERIFY(judge && !judge->isEnabled());
    QVERIFY(judge->toolTip().contains(QStringLiteral("no checkpoint")));
    page->choose(m_studio->paths.runs() + QStringLiteral("/tiny"));
    JudgeDialog* dialog = openJudge(*page);
    QVERIFY(dialog);
    const QListWidgetItem* item = dialog->findChild<QListWidget*>()
                                      ->findItems(QStringLiteral("bare"), Qt::MatchExactly)
                                      .first();
    QVERIFY(!(item->flags() & Qt::ItemIsEnabled));
    QVERIFY(item->toolTip().contains(QStringLiteral("no checkpoint")));
}

void TestJudging::judgingIsStopped()
{
    const auto page = pageOf(QStringLiteral("tiny"));
    QVERIFY(page);
    JudgeDialog* dialog = openJudge(*page);
    QVERIFY(dialog);
    visibleButton(*dialog, QStringLiteral("Judge"))->click();
    QVERIFY(dialog->isJudging());
    QVERIFY(!visibleButton(*dialog, QStringLiteral("Judge")));
    // Before the engine has even started: both questions wait.
    visibleButton(*dialog, QStringLiteral("Stop"))->click();
    QTRY_VERIFY_WITH_TIMEOUT(!dialog->isJudging(), kLongMs);
    QVERIFY(words(*dialog).contains(QStringLiteral("It was stopped.")));
    QVERIFY(m_studio->tasks.tasks().empty());
    // From the list of long work, too; and it can be asked again.
    visibleButton(*dialog, QStringLiteral("Judge"))->click();
    QVERIFY(!m_studio->tasks.tasks().empty());
    for (const Task& task : m_studio->tasks.tasks())
        task.cancel();
    QTRY_VERIFY_WITH_TIMEOUT(!dialog->isJudging(), kLongMs);
    visibleButton(*dialog, QStringLiteral("Judge"))->click();
    QTRY_VERIFY_WITH_TIMEOUT(!dialog->isJudging(), kLongMs);
    QVERIFY(rowOf(*dialog->findChild<QTreeWidget*>(), QStringLiteral("Perplexity")));
}

void TestJudging::severalSelectedRunsAreJudgedTogether()
{
    const auto page = pageOf(QStringLiteral("count"));
    QVERIFY(page);
    auto* list = page->findChild<RunsPanel*>()->findChild<QListView*>();
    const auto rectOf = [list](const char* name) {
        for (int row = 0; row < list->model()->rowCount(); ++row) {
            const QModelIndex index = list->model()->index(row, 0);
            if (index.data().toString() == QLatin1String(name))
                return list->visualRect(index);
        }
        return QRect();
    };
    QTest::mouseClick(list->viewport(), Qt::LeftButton, Qt::ControlModifier,
                      rectOf("tiny").center());
    QCOMPARE(list->selectionModel()->selectedIndexes().size(), 2);
    QTRY_COMPARE(shown(*page)->name, QStringLiteral("tiny"));
    Q_EMIT list->customContextMenuRequested(rectOf("tiny").center());
    auto* menu = page->findChild<RunsPanel*>()->findChild<QMenu*>();
    QVERIFY(menu);
    QAction* judge = nullptr;
    for (QAction* each : menu->actions())
        if (each->text().startsWith(QStringLiteral("Judge")))
            judge = each;
    QVERIFY(judge && judge->isEnabled());
    QVERIFY(judge->text().contains(QLatin1Char('2')));
    judge->trigger();
    menu->close();
    auto* dialog = page->findChild<JudgeDialog*>();
    QVERIFY(dialog && dialog->isVisible());
    int ticked = 0;
    const auto* runs = dialog->findChild<QListWidget*>();
    for (int row = 0; row < runs->count(); ++row)
        ticked += runs->item(row)->checkState() == Qt::Checked ? 1 : 0;
    QCOMPARE(ticked, 2);
    // A plain click is about one run again.
    QTest::mouseClick(list->viewport(), Qt::LeftButton, Qt::NoModifier, rectOf("count").center());
    QCOMPARE(list->selectionModel()->selectedIndexes().size(), 1);
    QTRY_COMPARE(shown(*page)->name, QStringLiteral("count"));
}

void TestJudging::whatTakesFocusHasAName()
{
    const auto page = pageOf(QStringLiteral("tiny"));
    QVERIFY(page);
    for (QWidget* dialog :
         {static_cast<QWidget*>(openCard(*page)), static_cast<QWidget*>(openJudge(*page))}) {
        QVERIFY(dialog);
        for (const QWidget* each : dialog->findChildren<QWidget*>()) {
            if (!each->isVisible() || each->focusPolicy() == Qt::NoFocus ||
                qobject_cast<const QAbstractButton*>(each))
                continue;
            if (each->objectName().startsWith(QLatin1String("qt_")) ||
                each->inherits("QHeaderView") || each->inherits("QScrollBar"))
                continue;
            QVERIFY2(!each->accessibleName().isEmpty(), each->metaObject()->className());
        }
    }
}

void TestJudging::whatIsDisabledSaysWhy()
{
    const auto page = pageOf(QStringLiteral("tiny"));
    QVERIFY(page);
    for (QWidget* dialog :
         {static_cast<QWidget*>(openCard(*page)), static_cast<QWidget*>(openJudge(*page))}) {
        QVERIFY(dialog);
        for (const QAbstractButton* each : dialog->findChildren<QAbstractButton*>())
            if (each->isVisible() && !each->isEnabled())
                QVERIFY2(!each->toolTip().isEmpty(), qPrintable(each->text()));
    }
    auto* list = page->findChild<JudgeDialog*>()->findChild<QListWidget*>();
    for (int row = 0; row < list->count(); ++row)
        list->item(row)->setCheckState(Qt::Unchecked);
    QPushButton* start = visibleButton(*page->findChild<JudgeDialog*>(), QStringLiteral("Judge"));
    QVERIFY(!start->isEnabled());
    QCOMPARE(start->toolTip(), QStringLiteral("No run is ticked"));
}

QTEST_MAIN(TestJudging)
#include "tst_judging.moc"
