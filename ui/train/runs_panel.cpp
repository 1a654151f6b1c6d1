// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/train/runs_panel.h"

#include "ui/base/appearance.h"
#include "ui/base/panel.h"
#include "ui/train/judge_dialog.h"
#include "ui/train/run_curves.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QListView>
#include <QMenu>
#include <QPainter>
#include <QPushButton>
#include <QSignalBlocker>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

#include <algorithm>

namespace continuo::ui {

namespace {

constexpr int kCardHeight = 58;
constexpr int kGap = 8;
constexpr double kRadius = 8;
constexpr int kBeside = 8;      ///< Between the name and the state.
constexpr int kLeastState = 36; ///< Its first letters.

/// Paints a run as a card: its colour in the plot, its name, its state, its figures.
class RunCardDelegate final : public QStyledItemDelegate
{
public:
    RunCardDelegate(const Appearance& appearance, QObject* parent)
        : QStyledItemDelegate(parent)
        , m_appearance(appearance)
    {
    }

    QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const override
    {
        return {120, kCardHeight + kGap};
    }

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override
    {
        const Palette& palette = m_appearance.palette();
        const bool isChosen = option.state & QStyle::State_Selected;
        const bool hasFocus = option.state & QStyle::State_HasFocus;
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        const QRectF card = QRectF(option.rect).adjusted(0.5, 0.5, -0.5, -kGap - 0.5);
        painter->setPen(QPen(isChosen || hasFocus ? palette.accent : palette.line, 1));
        painter->setBrush(palette.raised);
        painter->drawRoundedRect(card, kRadius, kRadius);

        const int colour = index.data(RunListModel::ColourRole).toInt();
        painter->setPen(Qt::NoPen);
        painter->setBrush(colour < 0 ? palette.muted
                          : colour == 0
                              ? palette.training
                              : otherRunColour(static_cast<std::size_t>(colour - 1))(palette));
        painter->drawEllipse(QPointF(card.left() + 14, card.top() + 18), 4, 4);

        QFont bold = m_appearance.textFont();
        bold.setWeight(QFont::DemiBold);
        const QFont small = m_appearance.smallFont();
        const QString state = index.data(RunListModel::StateRole).toString();
        const auto run = static_cast<RunState>(index.data(RunListModel::RunStateRole).toInt());
        const QString name = index.data().toString();
        const QRectF head = card.adjusted(26, 8, -10, 0);
        painter->setFont(small);
        painter->setPen(run == RunState::Dead || run == RunState::Failed ? palette.bad
                                                                         : palette.muted);
        const CardHead rooms =
            cardHead(static_cast<int>(head.width()), QFontMetrics(bold).horizontalAdvance(name),
                     QFontMetrics(small).horizontalAdvance(state));
        painter->drawText(QRectF(head.left(), head.top(), head.width(), 20),
                          Qt::AlignRight | Qt::AlignVCenter,
                          QFontMetrics(small).elidedText(state, Qt::ElideRight, rooms.state));
        painter->setFont(bold);
        painter->setPen(palette.text);
        painter->drawText(QRectF(head.left(), head.top(), rooms.name, 20),
                          Qt::AlignLeft | Qt::AlignVCenter,
                          QFontMetrics(bold).elidedText(name, Qt::ElideRight, rooms.name));
        painter->setFont(small);
        painter->setPen(palette.muted);
        const QRectF foot = card.adjusted(10, 31, -10, -6);
        painter->drawText(
            foot, Qt::AlignLeft | Qt::AlignVCenter,
            QFontMetrics(small).elidedText(index.data(RunListModel::FiguresRole).toString(),
                                           Qt::ElideRight, static_cast<int>(foot.width())));
        painter->restore();
    }

private:
    const Appearance& m_appearance;
};

} // namespace

CardHead cardHead(int width, int name, int state)
{
    const int room = width - std::min(state, kLeastState) - kBeside;
    CardHead head;
    head.name = std::clamp(name, 0, std::max(room, 0));
    head.state = std::clamp(width - head.name - kBeside, 0, state);
    return head;
}

RunsPanel::RunsPanel(const Appearance& appearance, RunListModel& model, QWidget* parent)
    : QWidget(parent)
    , m_model(model)
    , m_list(new QListView(this))
{
    setSurface(*this, Surface::Left);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(12, 10, 12, 8);
    column->setSpacing(10);
    auto* head = new QHBoxLayout;
    head->addWidget(label(tr("Runs"), TextRole::Heading, this));
    head->addStretch();
    auto* fresh = button(tr("New run"), this);
    head->addWidget(fresh);
    column->addLayout(head);
    m_list->setModel(&model);
    m_list->setItemDelegate(new RunCardDelegate(appearance, m_list));
    m_list->setAccessibleName(tr("Runs"));
    m_list->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setContextMenuPolicy(Qt::CustomContextMenu);
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setProperty("surface", "clear");
    column->addWidget(m_list, 1);
    connect(fresh, &QPushButton::clicked, this, &RunsPanel::newRunRequested);
    connect(m_list->selectionModel(), &QItemSelectionModel::currentChanged, this,
            [this](const QModelIndex& now) {
                // Getting the keyboard makes a row current, which chooses nothing yet.
                if (now.isValid() && m_list->selectionModel()->isSelected(now))
                    Q_EMIT chosen(now.data(RunListModel::PathRole).toString());
            });
    connect(m_list, &QListView::clicked, this, [this](const QModelIndex& at) {
        Q_EMIT chosen(at.data(RunListModel::PathRole).toString());
    });
    connect(m_list, &QWidget::customContextMenuRequested, this, &RunsPanel::showMenu);
    connect(&appearance, &Appearance::changed, m_list->viewport(), qOverload<>(&QWidget::update));
}

void RunsPanel::choose(const QString& path)
{
    const QSignalBlocker blocker(m_list->selectionModel());
    const int row = m_model.rowOf(path);
    const QModelIndex current = m_list->currentIndex();
    // Several may be selected to be judged together.
    if (row >= 0 && current.row() == row && m_list->selectionModel()->isSelected(current))
        return;
    if (row < 0)
        m_list->selectionModel()->clear();
    else
        m_list->selectionModel()->setCurrentIndex(m_model.index(row),
                                                  QItemSelectionModel::ClearAndSelect);
    m_list->viewport()->update();
}

QStringList RunsPanel::selected() const
{
    QStringList paths;
    for (int row = 0; row < m_model.rowCount(); ++row) {
        const QModelIndex index = m_model.index(row);
        const QString path = index.data(RunListModel::PathRole).toString();
        if (m_list->selectionModel()->isSelected(index))
            paths.insert(index == m_list->currentIndex() ? 0 : paths.size(), path);
    }
    return paths;
}

void RunsPanel::showMenu(const QPoint& at)
{
    const QModelIndex index = m_list->indexAt(at);
    if (!index.isValid())
        return;
    const QString path = index.data(RunListModel::PathRole).toString();
    const auto state = static_cast<RunState>(index.data(RunListModel::RunStateRole).toInt());
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(tr("Name and notes…"), this, [this, path] { Q_EMIT renameRequested(path); });
    const RunFactsPointer run = m_model.run(index.row());
    const QStringList together = selected();
    QAction* judge = menu->addAction(
        together.size() > 1 ? tr("Judge the %1 together…").arg(together.size()) : tr("Judge…"),
        this, [this, together, path] {
            Q_EMIT judgeRequested(together.size() > 1 ? together : QStringList{path});
        });
    setEnabledBecause(*judge, together.size() < 2 && run && judgedModelOf(*run).isEmpty()
                                  ? tr("There is no checkpoint to judge yet")
                                  : QString());
    QAction* resume =
        menu->addAction(tr("Resume"), this, [this, path] { Q_EMIT resumeRequested(path); });
    setEnabledBecause(*resume, isGoingOn(state)               ? tr("It is being trained")
                               : state == RunState::Elsewhere ? tr("Another computer trains it")
                                                              : QString());
    menu->popup(m_list->viewport()->mapToGlobal(at));
}

} // namespace continuo::ui
