// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/dataset.h"
#include "core/dataset/import.h"
#include "core/evaluate/score_card.h"
#include "tests/core/dataset/dataset_fixture.h"
#include "tests/core/evaluate/abc_score.h"

#include <QTemporaryDir>
#include <QTest>

#include <array>

using namespace continuo;
using namespace continuo::tests;

namespace {

constexpr std::array kTrain{Part::Train};
constexpr std::array kAllParts{Part::Train, Part::Validation, Part::Test};

} // namespace

class TestScoreCard : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        for (std::uint32_t i = 0; i < 30; ++i)
            QVERIFY(writeBytes(m_folder.filePath("in/%1.abc").arg(i), tuneText(i)));
        // The same tune under another name: a relative.
        QVERIFY(writeBytes(m_folder.filePath("in/again.abc"),
                           tuneText(7).replace("Tune 7", "Another")));
        ImportOptions options;
        options.inputs = {toPath(m_folder.filePath("in"))};
        options.set = toPath(m_folder.filePath("set.continuo-dataset"));
        options.threads = 2;
        QVERIFY(importMusic(options, {}, {}));
        m_set = options.set;
        auto dataset = Dataset::open(m_set, Dataset::Access::Write);
        QVERIFY(dataset);
        QVERIFY(dataset->split({}));
        const auto info = dataset->info();
        QVERIFY(info);
        m_train = info->train;
        m_fingerprint = info->fingerprint;
    }

    void theSetIsRead()
    {
        std::size_t told = 0;
        std::size_t indexed = 0;
        std::size_t notes = 0;
        const auto train = readCorpus(m_set, kTrain, 2, {},
                                      [&](CorpusStage stage, std::size_t done, std::size_t total) {
                                          if (stage == CorpusStage::Indexing) {
                                              QVERIFY(done >= indexed && done <= total);
                                              indexed = done;
                                              notes = total;
                                              return;
                                          }
                                          QCOMPARE(notes, std::size_t{0});
                                          QCOMPARE(total, m_train);
                                          told = done;
                                      });
        QVERIFY2(train, train ? "" : train.error().text.c_str());
        QCOMPARE(told, m_train);
        QVERIFY(notes > m_train);
        QCOMPARE(indexed, notes);
        QCOMPARE(train->metrics.size(), m_train);
        QCOMPARE(train->index.pieces().size(), m_train);
        QCOMPARE(train->fingerprint, m_fingerprint);
        QCOMPARE(*fingerprintOf(m_set), m_fingerprint);
        QVERIFY(!fingerprintOf(toPath(m_folder.filePath("none.continuo-dataset"))));

        const auto all = readCorpus(m_set, kAllParts, 1, {});
        QVERIFY(all);
        QCOMPARE(all->metrics.size(), std::size_t{31});
        // The two editions of one tune are relatives, or the baseline would call the tune a copy
        // from end to end.
        QVERIFY(all->baseline.longest < 30);
        QVERIFY(*all->baseline.novelty[8 - kShortestNovelty] > 0.9);
    }

    void aPieceOfTheSetIsKnown()
    {
        const auto corpus = readCorpus(m_set, kAllParts, 2, {});
        QVERIFY(corpus);
        Score known = readAbc(tuneText(12).toStdString(), "t")->front().score;
        for (Note& note : known.tracks.front().notes)
            note.pitch.value = static_cast<std::uint8_t>(note.pitch.value + 5);
        const Score strange = readAbc(tuneText(999).toStdString(), "t")->front().score;
        const std::vector<PieceFigures> generated{figuresOf(known), figuresOf(strange)};
        const auto card = scoreCardOf(generated, *corpus, 2, {});
        QVERIFY(card);
        QCOMPARE(card->originality.size(), std::size_t{2});
        QCOMPARE(card->originality[0].quotations.size(), std::size_t{1});
        const PassagePlace place = card->originality[0].quotations[0].sightings.places.at(0);
        QCOMPARE(corpus->index.pieces()[place.piece].title, std::string("Tune 12"));
        QCOMPARE(place.bar, 0U);
        QVERIFY(card->originality[1].quotations.empty());
        QCOMPARE(card->novelty[8 - kShortestNovelty], std::optional(0.5));
    }

    void generatedStandsBesideTheCorpus()
    {
        const auto corpus = readCorpus(m_set, kTrain, 2, {});
        QVERIFY(corpus);
        std::vector<PieceFigures> alike;
        std::vector<PieceFigures> unlike;
        for (std::uint32_t i = 100; i < 120; ++i) {
            alike.push_back(figuresOf(readAbc(tuneText(i).toStdString(), "t")->front().score));
            unlike.push_back(
                figuresOf(scoreOfAbc("C C C C|C C C C|C C C C|C C C C|C C C C|C C C C|")));
        }
        const auto good = scoreCardOf(alike, *corpus, 2, {});
        const auto bad = scoreCardOf(unlike, *corpus, 2, {});
        QVERIFY(good);
        QVERIFY(bad);
        QCOMPARE(good->rows.size(), metricKinds().size());
        for (std::size_t i = 0; i < good->rows.size(); ++i) {
            const ScoreRow& row = good->rows[i];
            QCOMPARE(row.kind.name, metricKinds()[i].name);
            QVERIFY(row.generated);
            QVERIFY(row.corpus);
            QVERIFY(row.comparison);
            if (row.kind.name == "pitchEntropy") {
                QVERIFY2(row.comparison->corpus.overlapArea > 0.7,
                         qPrintable(QString::number(row.comparison->corpus.overlapArea)));
                QVERIFY2(bad->rows[i].comparison->corpus.overlapArea < 0.1,
                         qPrintable(QString::number(bad->rows[i].comparison->corpus.overlapArea)));
            }
        }
        QVERIFY(good->collapse);
        QVERIFY(good->collapse->empty());
        QCOMPARE(good->corpusVariety.symbols, good->variety.symbols);
        QVERIFY(bad->collapse);
        QCOMPARE(*bad->collapse,
                 (std::vector{Collapse::SameMelody, Collapse::Loops, Collapse::FewSymbols}));
    }

    void theNumberOfThreadsChangesNothing()
    {
        const auto one = readCorpus(m_set, kTrain, 1, {});
        const auto three = readCorpus(m_set, kTrain, 3, {});
        QVERIFY(one);
        QVERIFY(three);
        QCOMPARE(one->metrics, three->metrics);
        QCOMPARE(one->symbols, three->symbols);
        QCOMPARE(one->baseline.novelty, three->baseline.novelty);
    }

    void whatCannotBeReadIsSaid()
    {
        QCOMPARE(readCorpus(toPath(m_folder.filePath("none.continuo-dataset")), kTrain, 1, {})
                     .error()
                     .kind,
                 ErrorKind::Refused);
        ImportOptions options;
        options.inputs = {toPath(m_folder.filePath("in"))};
        options.set = toPath(m_folder.filePath("whole.continuo-dataset"));
        QVERIFY(importMusic(options, {}, {}));
        const auto whole = readCorpus(options.set, kTrain, 1, {});
        QVERIFY(!whole);
        QCOMPARE(whole.error().id, std::string("evaluate.no-pieces"));
        const CancelToken cancel;
        cancel.cancel();
        QCOMPARE(readCorpus(m_set, kTrain, 1, cancel).error().id, std::string("base.cancelled"));
    }

private:
    QTemporaryDir m_folder{};
    std::filesystem::path m_set{};
    std::size_t m_train = 0;
    std::string m_fingerprint{};
};

QTEST_APPLESS_MAIN(TestScoreCard)
#include "tst_score_card.moc"
