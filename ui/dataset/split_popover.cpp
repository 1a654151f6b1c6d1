// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dataset/split_popover.h"

#include "ui/base/appearance.h"
#include "ui/base/icons.h"
#include "ui/base/panel.h"
#include "ui/base/words.h"

#include <QComboBox>
#include <QGridLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QRandomGenerator>
#include <QRegularExpressionValidator>
#include <QSpinBox>
#include <QToolButton>

#include <cmath>

namespace continuo::ui {

namespace {

QSpinBox* shareField(QWidget* parent)
{
    auto* field = new QSpinBox(parent);
    field->setRange(0, 100);
    field->setSuffix(SplitPopover::tr(" %"));
    field->setFixedWidth(84);
    return field;
}

int percent(double share)
{
    return static_cast<int>(std::lround(share * 100));
}

} // namespace

SplitPopover::SplitPopover(const Appearance& appearance, QWidget* parent)
    : QFrame(parent, Qt::Popup)
    , m_train(shareField(this))
    , m_validation(shareField(this))
    , m_test(shareField(this))
    , m_seed(new QLineEdit(this))
    , m_by(new QComboBox(this))
    , m_rest(label(QString(), TextRole::Small, this))
    , m_split(button(tr("Split"), this))
{
    setSurface(*this, Surface::Card);
    setAccessibleName(tr("Split the set"));
    m_seed->setValidator(
        new QRegularExpressionValidator(QRegularExpression(QStringLiteral("[0-9]{1,19}")), m_seed));
    m_seed->setFixedWidth(84);
    m_by->addItem(tr("the whole set"), static_cast<int>(SplitBy::Set));
    m_by->addItem(tr("each folder"), static_cast<int>(SplitBy::Folder));
    m_by->addItem(tr("each key"), static_cast<int>(SplitBy::Key));
    m_by->setToolTip(tr("Every part gets its share of this"));
    auto* dice = new QToolButton(this);
    dice->setIcon(lineIcon(appearance, QStringLiteral("dice")));
    dice->setToolTip(tr("Another random seed"));
    dice->setAccessibleName(dice->toolTip());
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(16, 14, 16, 14);
    grid->setHorizontalSpacing(12);
    grid->setVerticalSpacing(8);
    grid->addWidget(label(tr("Split by family"), TextRole::Heading, this), 0, 0, 1, 3);
    const std::pair<QString, QWidget*> lines[] = {{tr("Training"), m_train},
                                                  {tr("Validation"), m_validation},
                                                  {tr("Test"), m_test},
                                                  {tr("Random seed"), m_seed}};
    int row = 1;
    for (const auto& [name, field] : lines) {
        auto* words = label(name, TextRole::Plain, this);
        words->setBuddy(field);
        field->setAccessibleName(name);
        grid->addWidget(words, row, 0);
        grid->addWidget(field, row++, 1);
    }
    grid->addWidget(dice, row - 1, 2);
    auto* by = label(tr("Shares of"), TextRole::Plain, this);
    by->setBuddy(m_by);
    m_by->setAccessibleName(tr("Shares of"));
    grid->addWidget(by, row, 0);
    grid->addWidget(m_by, row++, 1, 1, 2);
    m_rest->setWordWrap(true);
    m_rest->setFixedWidth(232);
    grid->addWidget(m_rest, row, 0, 1, 3);
    grid->addWidget(m_split, row + 1, 0, 1, 3);
    for (QSpinBox* field : {m_train, m_validation, m_test})
        connect(field, &QSpinBox::valueChanged, this, &SplitPopover::refresh);
    connect(m_seed, &QLineEdit::textChanged, this, &SplitPopover::refresh);
    connect(dice, &QToolButton::clicked, this, [this] {
        m_seed->setText(QString::number(QRandomGenerator::global()->bounded(1'000'000)));
    });
    connect(m_split, &QPushButton::clicked, this, [this] {
        hide();
        Q_EMIT splitChosen(settings());
    });
    setTabOrder(m_seed, dice);
    setTabOrder(dice, m_by);
    setTabOrder(m_by, m_split);
    setSettings({});
}

void SplitPopover::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)
        m_split->click();
    else
        QFrame::keyPressEvent(event);
}

void SplitPopover::setSettings(const SplitSettings& settings)
{
    m_train->setValue(percent(settings.train));
    m_validation->setValue(percent(settings.validation));
    m_test->setValue(percent(settings.test));
    m_seed->setText(QString::number(settings.seed));
    m_by->setCurrentIndex(m_by->findData(static_cast<int>(settings.by)));
    refresh();
}

SplitSettings SplitPopover::settings() const
{
    return {m_train->value() / 100.0, m_validation->value() / 100.0, m_test->value() / 100.0,
            m_seed->text().toULongLong(), static_cast<SplitBy>(m_by->currentData().toInt())};
}

void SplitPopover::openBelow(const QWidget& anchor)
{
    adjustSize();
    move(anchor.mapToGlobal(QPoint(0, anchor.height() + 4)));
    show();
    m_train->setFocus();
    m_train->selectAll();
}

void SplitPopover::refresh()
{
    const int sum = m_train->value() + m_validation->value() + m_test->value();
    m_rest->setText(
        sum < 100
            ? tr("Whole families of relatives go to one part; %1 % of the pieces stay unused.")
                  .arg(100 - sum)
            : tr("Whole families of relatives go to one part."));
    setEnabledBecause(
        *m_split, sum > 100  ? tr("The shares are %1 % together. Make them 100 % or less.").arg(sum)
                  : sum == 0 ? tr("Give at least one part a share.")
                  : m_seed->text().isEmpty() ? tr("Give a random seed, for example 1.")
                                             : QString());
    if (sum > 100)
        m_rest->setText(m_split->toolTip());
}

} // namespace continuo::ui
