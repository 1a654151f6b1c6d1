// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/main_window/piece_edit_bar.h"

#include "ui/base/panel.h"

#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>

namespace continuo::ui {

PieceEditBar::PieceEditBar(QWidget* parent)
    : QWidget(parent)
    , m_words(label(QString(), TextRole::Plain, this))
{
    setSurface(*this, Surface::Top);
    setAccessibleName(tr("Edit of a piece"));
    auto* keep = primaryButton(tr("Keep in the dataset"), this);
    keep->setToolTip(tr(
        "The edited notes take the place of the piece; a step of the recipe that can be undone"));
    auto* discard = button(tr("Forget the edit"), this);
    discard->setToolTip(tr("The dataset stays as it is"));
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(14, 6, 10, 6);
    row->setSpacing(8);
    row->addWidget(m_words, 1);
    row->addWidget(discard);
    row->addWidget(keep);
    connect(keep, &QPushButton::clicked, this, &PieceEditBar::kept);
    connect(discard, &QPushButton::clicked, this, &PieceEditBar::discarded);
    hide();
}

void PieceEditBar::begin(const Score& before, const QString& name, const QString& set,
                         const QString& piece)
{
    m_before = before;
    m_set = set;
    m_piece = piece;
    m_words->setText(
        tr("Editing “%1” of the dataset “%2”").arg(name, QFileInfo(set).completeBaseName()));
    show();
}

void PieceEditBar::end()
{
    m_before = {};
    m_piece.clear();
    hide();
}

} // namespace continuo::ui
