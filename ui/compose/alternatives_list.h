// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/compose/alternative.h"
#include "ui/document/tick_range.h"

#include <QScrollArea>

#include <optional>
#include <vector>

QT_BEGIN_NAMESPACE
class QLabel;
class QVBoxLayout;
QT_END_NAMESPACE

namespace continuo::ui {

class AlternativeCard;
class Appearance;

/// The alternatives as cards, one of them chosen. Up and Down choose, Space plays, Enter keeps,
/// Delete discards.
class AlternativesList final : public QScrollArea
{
    Q_OBJECT

public:
    explicit AlternativesList(const Appearance& appearance, QWidget* parent = nullptr);

    /// The chosen one stays chosen while it is there; otherwise the one in its place is.
    void show(const std::vector<Alternative>& alternatives, TickRange range);
    /// The index of the chosen alternative.
    std::optional<int> chosen() const { return m_chosen; }
    void choose(int index);
    /// Sentences under the alternatives.
    void setRemarks(const QString& remarks);
    /// Marks the one that is heard.
    void setPlaying(std::optional<int> index);

Q_SIGNALS:
    void chosenChanged();
    void playRequested(int index);
    void keepRequested(int index);
    void discardRequested(int index);
    /// The menu of an alternative is wanted there, in global coordinates.
    void menuRequested(int index, const QPoint& at);

protected:
    void contextMenuEvent(QContextMenuEvent* event) override;
    bool event(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    AlternativeCard* card(int index) const;
    void addCard(int index);
    void chooseNext(int by);

    const Appearance& m_appearance;
    QVBoxLayout* m_column;
    QLabel* m_remarks;
    std::vector<AlternativeCard*> m_cards{};
    std::optional<int> m_chosen{};
    std::optional<int> m_playing{};
};

} // namespace continuo::ui
