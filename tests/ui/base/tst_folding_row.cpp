// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/base/appearance.h"
#include "ui/base/folding_row.h"
#include "ui/base/panel.h"

#include <QHBoxLayout>
#include <QMenu>
#include <QTest>
#include <QToolButton>

#include <memory>

using namespace continuo::ui;

class TestFoldingRow : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_row = std::make_unique<QWidget>();
        m_row->setMinimumWidth(1);
        auto* layout = new QHBoxLayout(m_row.get());
        m_open = button(QStringLiteral("Open a folder…"), m_row.get());
        m_word = label(QStringLiteral("Colour"), TextRole::Muted, m_row.get());
        m_save = button(QStringLiteral("Save all of them…"), m_row.get());
        m_go = button(QStringLiteral("Go on"), m_row.get());
        m_folding = new FoldingRow(m_appearance, *m_row);
        for (QWidget* part : std::initializer_list<QWidget*>{m_open, m_word, m_save})
            layout->addWidget(part);
        layout->addStretch();
        layout->addWidget(&m_folding->menuButton());
        layout->addWidget(m_go);
        m_folding->setFoldable({m_word, m_save, m_open});
        m_row->resize(1000, 40);
        m_row->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_row.get()));
    }

    void whatMayGoGoesInItsOrderAndComesBack()
    {
        const int whole = m_row->layout()->sizeHint().width();
        QCOMPARE(shown(), QStringLiteral("owsg"));
        QStringList seen;
        for (int width = whole + 20; width > 60; width -= 3) {
            setWidth(width);
            if (seen.isEmpty() || seen.back() != shown())
                seen << shown();
        }
        QCOMPARE(seen, (QStringList{QStringLiteral("owsg"), QStringLiteral("osg"),
                                    QStringLiteral("ogm"), QStringLiteral("gm")}));
        setWidth(whole);
        QCOMPARE(shown(), QStringLiteral("owsg"));
        setWidth(whole - 1);
        QCOMPARE(shown(), QStringLiteral("osg"));
    }

    void whatStaysHasTheWidthItAsksFor()
    {
        for (int width = 400; width > 0; width -= 7) {
            setWidth(width);
            if (width < m_row->layout()->sizeHint().width())
                break; // Nothing is left that could go.
            for (const QWidget* part : {static_cast<QWidget*>(m_open), static_cast<QWidget*>(m_word),
                                        static_cast<QWidget*>(m_save), static_cast<QWidget*>(m_go)})
                QVERIFY2(part->isHidden() || part->width() >= part->sizeHint().width(),
                         qPrintable(QString::number(width)));
        }
        QVERIFY(m_open->isHidden());
    }

    void whatHasGoneIsInTheMenu()
    {
        setWidth(60);
        int opened = 0;
        connect(m_open, &QPushButton::clicked, this, [&opened] { ++opened; });
        setEnabledBecause(*m_save, QStringLiteral("There is nothing to save."));
        QMenu& menu = *m_folding->menuButton().menu();
        Q_EMIT menu.aboutToShow();
        QCOMPARE(menu.actions().size(), 2);
        QCOMPARE(menu.actions().at(0)->text(), m_open->text());
        menu.actions().at(0)->trigger();
        QCOMPARE(opened, 1);
        QVERIFY(!menu.actions().at(1)->isEnabled());
        QCOMPARE(menu.actions().at(1)->toolTip(), QStringLiteral("There is nothing to save."));
    }

    void aButtonsMenuIsOpenedFromTheMenu()
    {
        auto* kinds = new QMenu(m_save);
        m_save->setMenu(kinds);
        setWidth(60);
        QMenu& menu = *m_folding->menuButton().menu();
        Q_EMIT menu.aboutToShow();
        QCOMPARE(menu.actions().at(1)->menu(), kinds);
    }

    void longerWordsFoldToo()
    {
        setWidth(m_row->layout()->sizeHint().width());
        m_go->setText(QStringLiteral("Go on with all that is there"));
        QTRY_VERIFY(m_word->isHidden());
        QVERIFY(m_go->width() >= m_go->sizeHint().width());
    }

private:
    void setWidth(int width)
    {
        m_row->resize(width, 40);
        QCoreApplication::processEvents();
    }

    /// Letters of what is shown: open, word, save, go, menu.
    QString shown() const
    {
        QString letters;
        const auto add = [&letters](const QWidget& part, QChar letter) {
            if (!part.isHidden())
                letters += letter;
        };
        add(*m_open, u'o');
        add(*m_word, u'w');
        add(*m_save, u's');
        add(*m_go, u'g');
        add(m_folding->menuButton(), u'm');
        return letters;
    }

    Appearance m_appearance{*qApp};
    std::unique_ptr<QWidget> m_row;
    QPushButton* m_open = nullptr;
    QLabel* m_word = nullptr;
    QPushButton* m_save = nullptr;
    QPushButton* m_go = nullptr;
    FoldingRow* m_folding = nullptr;
};

QTEST_MAIN(TestFoldingRow)
#include "tst_folding_row.moc"
