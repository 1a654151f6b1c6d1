// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dataset/piece_progress.h"
#include "ui/engine/task_list.h"

#include <QLocale>
#include <QTest>

using namespace continuo;
using namespace continuo::ui;

class TestPieceProgress : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void newsBecomeShareAndWords_data()
    {
        QTest::addColumn<QByteArray>("news");
        QTest::addColumn<double>("share");
        QTest::addColumn<QString>("words");
        QTest::newRow("half") << QByteArray(R"({"done": 600, "total": 1200})") << 0.5
                              << "600 of 1,200 pieces";
        QTest::newRow("nothing to do")
            << QByteArray(R"({"done": 0, "total": 0})") << 0.0 << "0 of 0 pieces";
        QTest::newRow("more than was thought")
            << QByteArray(R"({"done": 5, "total": 4})") << 1.0 << "5 of 4 pieces";
        QTest::newRow("no numbers") << QByteArray(R"({"done": "x"})") << 0.0 << "0 of 0 pieces";
        QTest::newRow("below nothing")
            << QByteArray(R"({"done": -5, "total": 10})") << 0.0 << "0 of 10 pieces";
    }
    void newsBecomeShareAndWords()
    {
        QFETCH(QByteArray, news);
        QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
        TaskList tasks;
        const int task = tasks.begin(QStringLiteral("Reading"));
        tellPieces(tasks, task, Json::parse(news.toStdString()));
        QTEST(tasks.tasks().front().share.value_or(-1), "share");
        QTEST(tasks.tasks().front().detail, "words");
    }
};

QTEST_GUILESS_MAIN(TestPieceProgress)
#include "tst_piece_progress.moc"
