// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/document/recovery.h"

#include <QWidget>

#include <vector>

QT_BEGIN_NAMESPACE
class QLabel;
class QPushButton;
QT_END_NAMESPACE

namespace continuo::ui {

class Appearance;
class NoteShape;

/// Offers what a killed window left, over the work and without stopping it: its name, when it was
/// autosaved, how many notes, their shape. One after the other; gone when nothing is left.
class RecoveryBar final : public QWidget
{
    Q_OBJECT

public:
    /// `appearance` is borrowed and must outlive the bar.
    explicit RecoveryBar(const Appearance& appearance, QWidget* parent = nullptr);

    void offer(std::vector<RecoveryOffer> offers);
    const std::vector<RecoveryOffer>& offers() const { return m_offers; }

Q_SIGNALS:
    void recoverChosen(const continuo::ui::RecoveryOffer& offer);

private:
    void showFirst();
    void next();

    std::vector<RecoveryOffer> m_offers{};
    NoteShape* m_shape;
    QLabel* m_words;
    QPushButton* m_recover;
    QPushButton* m_discard;
    QPushButton* m_later;
};

} // namespace continuo::ui
