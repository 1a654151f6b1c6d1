// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dataset/saved_filters.h"

#include <QSettings>
#include <QTemporaryDir>
#include <QTest>

using namespace continuo;
using namespace continuo::ui;

namespace {

SavedFilter made(const char* name, PieceFilter::Group group, Problem problem, const char* words)
{
    PieceFilter filter;
    filter.group = group;
    filter.problem = problem;
    filter.words = QString::fromUtf8(words);
    return {QString::fromUtf8(name), filter};
}

} // namespace

class TestSavedFilters : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theyComeBackInTheirOrder()
    {
        const std::vector<SavedFilter> filters{
            made("z: 6/8 & more", PieceFilter::Group::All, Problem::Empty,
                 "meter=6/8 title:\"a b\""),
            made("clean", PieceFilter::Group::NoProblems, Problem::Empty, ""),
            made("ä", PieceFilter::Group::OneProblem, Problem::SeveralTempos, "tempo<90")};
        const QString file = m_folder.filePath(QStringLiteral("a.ini"));
        {
            QSettings settings(file, QSettings::IniFormat);
            keepSavedFilters(settings, filters);
        }
        const QSettings settings(file, QSettings::IniFormat);
        QVERIFY(savedFilters(settings) == filters);
    }

    void everyProblemComesBack()
    {
        QSettings settings(m_folder.filePath(QStringLiteral("b.ini")), QSettings::IniFormat);
        for (std::size_t i = 0; i < kProblemCount; ++i) {
            const std::vector<SavedFilter> one{
                made("a", PieceFilter::Group::OneProblem, static_cast<Problem>(i), "")};
            keepSavedFilters(settings, one);
            QVERIFY(savedFilters(settings) == one);
        }
    }

    void aNameIsThereOnce()
    {
        std::vector<SavedFilter> filters;
        addSavedFilter(filters, made("a", PieceFilter::Group::All, Problem::Empty, "x"));
        addSavedFilter(filters, made("b", PieceFilter::Group::All, Problem::Empty, "y"));
        addSavedFilter(filters, made("a", PieceFilter::Group::All, Problem::Empty, "z"));
        QCOMPARE(filters.size(), std::size_t{2});
        QCOMPARE(filters.front().filter.words, QStringLiteral("z"));
    }

    void foreignEntriesArePassedOver()
    {
        QSettings settings(m_folder.filePath(QStringLiteral("c.ini")), QSettings::IniFormat);
        settings.setValue(
            QStringLiteral("dataset/filters"),
            QVariantList{QStringLiteral("text"), 7, QVariantMap{},
                         QVariantMap{{QStringLiteral("name"), QStringLiteral("a")},
                                     {QStringLiteral("group"), QStringLiteral("no such group")}},
                         QVariantMap{{QStringLiteral("group"), QStringLiteral("all")}},
                         QVariantMap{{QStringLiteral("name"), QStringLiteral("good")},
                                     {QStringLiteral("group"), QStringLiteral("all")}}});
        const std::vector<SavedFilter> filters = savedFilters(settings);
        QCOMPARE(filters.size(), std::size_t{1});
        QCOMPARE(filters.front().name, QStringLiteral("good"));
        QVariantList many;
        for (int i = 0; i < 1'000; ++i)
            many << QVariantMap{{QStringLiteral("name"), QString::number(i)},
                                {QStringLiteral("group"), QStringLiteral("all")}};
        settings.setValue(QStringLiteral("dataset/filters"), many);
        QCOMPARE(savedFilters(settings).size(), kMostSavedFilters);
    }

private:
    QTemporaryDir m_folder{};
};

QTEST_MAIN(TestSavedFilters)
#include "tst_saved_filters.moc"
