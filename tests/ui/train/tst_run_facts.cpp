// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/train/story_lines.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace continuo;
using namespace continuo::ui;

namespace {

void put(const QString& path, const QByteArray& bytes, QIODevice::OpenMode mode = QIODevice::WriteOnly)
{
    QFile file(path);
    QVERIFY(file.open(mode));
    QCOMPARE(file.write(bytes), bytes.size());
}

QByteArray line(std::string_view text)
{
    return QByteArray(text.data(), static_cast<qsizetype>(text.size())) + '\n';
}

} // namespace

class TestRunFacts final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void aFolderWithoutAJobIsNoRun();
    void aLogThatEndsInTheMiddleIsADeadRun();
    void aGrowingLogIsReadOn();
    void aLogThatWasCutBackIsReadAnew();
    void namesAndNotesAreKept();
    void networksAndEncodingsInWords();

private:
    std::unique_ptr<QTemporaryDir> m_folder;
    QString m_log;
};

void TestRunFacts::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_log = m_folder->filePath(QStringLiteral("log.jsonl"));
    put(m_folder->filePath(QStringLiteral("config.json")), R"({"preset":"tiny","network":{"kind":"gru","layers":2,"hidden":48}})");
    put(m_log, line(kStarted) + line(stepLine(2, 5, 3.0)) + line(judgedLine(3, 10, 2.5)));
}

void TestRunFacts::aFolderWithoutAJobIsNoRun()
{
    const QTemporaryDir empty;
    QVERIFY(!readRun(empty.path(), nullptr));
    QVERIFY(!readRun(empty.filePath(QStringLiteral("nowhere")), nullptr));
}

void TestRunFacts::aLogThatEndsInTheMiddleIsADeadRun()
{
    put(m_log, R"({"seq":4,"event":"step","st)", QIODevice::Append);
    const RunFactsPointer run = readRun(m_folder->path(), nullptr);
    QVERIFY(run);
    QCOMPARE(run->state, RunState::Dead);
    QCOMPARE(run->story.seq, 3U);
    put(m_log, "ep\":12}\n" + line(R"({"seq":5,"event":"finished","step":12,"reason":"stopped"})"), QIODevice::Append);
    QCOMPARE(readRun(m_folder->path(), run)->state, RunState::Stopped);
}

void TestRunFacts::aGrowingLogIsReadOn()
{
    RunFactsPointer run = readRun(m_folder->path(), nullptr);
    QCOMPARE(run->story.heldOut.size(), 1U);
    put(m_log, line(judgedLine(4, 20, 2.25)), QIODevice::Append);
    run = readRun(m_folder->path(), run);
    QCOMPARE(run->story.heldOut.size(), 2U);
    QCOMPARE(run->story.training.size(), 1U);
}

void TestRunFacts::aLogThatWasCutBackIsReadAnew()
{
    const RunFactsPointer before = readRun(m_folder->path(), nullptr);
    // As resuming does: back to the checkpoint, and further than before.
    put(m_log, line(kStarted) + line(stepLine(2, 5, 3.0)) + line(R"({"seq":3,"event":"resumed","step":5,"fromCheckpoint":true})")
                   + line(judgedLine(4, 10, 2.75)) + line(judgedLine(5, 20, 2.0)));
    const RunFactsPointer now = readRun(m_folder->path(), before);
    QCOMPARE(now->story.heldOut.size(), 2U);
    QCOMPARE(now->story.heldOut[0].loss, 2.75);
}

void TestRunFacts::namesAndNotesAreKept()
{
    RunFacts named = *readRun(m_folder->path(), nullptr);
    named.name = QStringLiteral("Grüße, LSTM ×2");
    named.notes = QStringLiteral("one\ntwo");
    named.dataset = QStringLiteral("/sets/a.continuo-dataset");
    QVERIFY(writeRunNames(named));
    const RunFactsPointer run = readRun(m_folder->path(), nullptr);
    QCOMPARE(run->name, named.name);
    QCOMPARE(run->notes, named.notes);
    QCOMPARE(run->dataset, named.dataset);
}

void TestRunFacts::networksAndEncodingsInWords()
{
    QCOMPARE(networkInWords(readRun(m_folder->path(), nullptr)->config), QStringLiteral("GRU 48 ×2"));
    QCOMPARE(networkInWords(parseJson(R"({"network":{"kind":"transformer","layers":4,"hidden":256}})").value()), QStringLiteral("Transformer 256 ×4"));
    QCOMPARE(networkInWords(parseJson(R"({"network":{"kind":"ngram","order":6,"hidden":256}})").value()), QStringLiteral("N-gram 6"));
    QCOMPARE(encodingInWords(parseJson(R"({"encoding":{"name":"grid","grid":"1/16"}})").value()), QStringLiteral("grid, sixteenths"));
    QCOMPARE(encodingInWords(parseJson(R"({"encoding":{"grid":"1/8","equalDurations":true}})").value()), QStringLiteral("notes without rhythm"));
    const Json events = parseJson(R"({"encoding":{"name":"event","tracks":"all","low":40}})").value();
    QCOMPARE(encodingInWords(events), QStringLiteral("events of all tracks"));
    QCOMPARE(parseJson(midiTokOf(events)).value()["config"]["pitch_range"][0].get<int>(), 40);
    QVERIFY(midiTokOf(parseJson(R"({"encoding":{"name":"grid","grid":"1/16"}})").value()).empty());
    QCOMPARE(weightsInWords(1'204'518), QStringLiteral("1.2 M weights"));
}

QTEST_GUILESS_MAIN(TestRunFacts)
#include "tst_run_facts.moc"
