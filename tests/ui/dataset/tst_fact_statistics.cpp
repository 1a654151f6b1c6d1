// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/dataset/made_pieces.h"
#include "ui/dataset/fact_statistics.h"
#include "ui/dataset/piece_query.h"

#include <QTest>

#include <limits>

using namespace continuo;
using namespace continuo::ui;

class TestFactStatistics : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyBarFindsExactlyThePiecesItCounts()
    {
        std::vector<PieceRow> rows;
        for (std::int64_t id = 1; id <= 400; ++id) {
            PieceRow row = madeRow(id, "/a.mid");
            row.key = Key{static_cast<int>(id % 12), id % 3 == 0 ? Mode::Minor : Mode::Major};
            row.quartersPerMinute = 20.0F + static_cast<float>(id) * 0.61F;
            row.bars = static_cast<std::int32_t>(id);
            rows.push_back(row);
        }
        rows[0].key.reset();
        rows[1].quartersPerMinute = 0;
        rows[2].bars = 0;
        FactStatistics statistics;
        for (const PieceRow& row : rows)
            statistics.add(row);
        QCOMPARE(statistics.pieces, rows.size());
        const auto found = [&](const QString& term) {
            const PieceQuery query = parsePieceQuery(term);
            return query.complaints.isEmpty()
                       ? std::ranges::count_if(
                             rows, [&](const PieceRow& row) { return matches(query, row, 0); })
                       : -1;
        };
        for (std::size_t i = 0; i < statistics.keys.size(); ++i)
            QCOMPARE(found(keyBar(i).term), statistics.keys[i]);
        for (std::size_t i = 0; i < statistics.tempos.size(); ++i)
            QCOMPARE(found(tempoBar(i).term), statistics.tempos[i]);
        for (std::size_t i = 0; i + 1 < statistics.lengths.size(); ++i)
            QCOMPARE(found(lengthBar(i).term), statistics.lengths[i]);
        QCOMPARE(found(lengthBar(kLengthCount - 1).term), statistics.lengths[kLengthCount - 1]);
        QCOMPARE(statistics.lengths[0], 3); // 1, 2 and 4 bars.
    }

    void barsAreNamed()
    {
        QCOMPARE(keyBar(10).name, QStringLiteral("B♭ major"));
        QCOMPARE(keyBar(21).name, QStringLiteral("A minor"));
        QCOMPARE(tempoBar(0).name, QStringLiteral("under 50 quarters a minute"));
        QCOMPARE(tempoBar(5).name, QStringLiteral("90 to 99 quarters a minute"));
        QCOMPARE(tempoBar(5).term, QStringLiteral("tempo>=90 tempo<100"));
        QCOMPARE(tempoBar(kTempoCount - 1).name, QStringLiteral("200 and more quarters a minute"));
        QCOMPARE(lengthBar(2).name, QStringLiteral("9 to 16 bars"));
        QCOMPARE(lengthBar(kLengthCount - 1).name, QStringLiteral("more than 256 bars"));
    }

    void absurdTemposAreCounted()
    {
        FactStatistics statistics;
        PieceRow row = madeRow(1, "a.mid");
        row.quartersPerMinute = std::numeric_limits<float>::infinity();
        statistics.add(row);
        row.quartersPerMinute = 6e7F;
        statistics.add(row);
        QCOMPARE(statistics.tempos[kTempoCount - 1], 2);
    }
};

QTEST_MAIN(TestFactStatistics)
#include "tst_fact_statistics.moc"
