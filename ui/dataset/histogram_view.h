// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QWidget>

#include <cstdint>
#include <optional>
#include <vector>

namespace continuo::ui {

class Appearance;
struct Palette;

/// Bars over labels, and other counts of the same drawn over them. Hovering a bar tells its
/// numbers; arrow keys go from bar to bar; a click or Enter on a bar that has a term asks for it.
class HistogramView final : public QWidget
{
    Q_OBJECT

public:
    struct Bar
    {
        QString label{}; ///< Under it; may be empty.
        QString name{};  ///< When it is hovered.
        std::int64_t count = 0;
        QString term{}; ///< What a click asks for; empty: nothing.
        QString deed{}; ///< What a click does, in words; for bars with a term.
    };
    enum class Look
    {
        Narrow, ///< A slim bar in the middle of the one below it.
        Outline
    };
    /// Counts of the same bars in something else.
    struct Series
    {
        QString name{}; ///< "in the filter", behind its number.
        Look look = Look::Narrow;
        std::vector<std::int64_t> counts{};
    };
    using Role = QColor Palette::*;

    /// `role` is the colour of the bars. `appearance` is borrowed and must outlive the view.
    HistogramView(const Appearance& appearance, const QString& name, Role role,
                  QWidget* parent = nullptr);

    /// Bars alone.
    void setBars(std::vector<Bar> bars);
    /// Bars with others over them, each as shares of its own sum, so that few can be compared with
    /// many.
    void setBars(std::vector<Bar> bars, std::vector<Series> over);
    /// Bars as they are, and their counts after something as an outline; both on one scale.
    void setBars(std::vector<Bar> bars, std::vector<std::int64_t> after);
    const std::vector<Bar>& bars() const { return m_bars; }
    const std::vector<Series>& over() const { return m_over; }

    /// The bar that arrow keys have come to.
    std::optional<std::size_t> current() const { return m_current; }
    /// "G major: 12 (8.0 %); 3 (75.0 %) in the filter".
    QString barInWords(std::size_t bar) const;

    QSize sizeHint() const override;

Q_SIGNALS:
    void termChosen(const QString& term);

protected:
    void paintEvent(QPaintEvent* event) override;
    bool event(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;

private:
    void take(std::vector<Bar> bars, std::vector<Series> over, bool isShares);
    std::size_t barAt(double x) const;
    QRectF placeOf(std::size_t bar) const;
    void paintSeries(QPainter& painter, const Series* series) const;
    void goTo(std::size_t bar);
    void describe();
    void choose(std::size_t bar);

    const Appearance& m_appearance;
    Role m_role;
    std::vector<Bar> m_bars{};
    std::vector<Series> m_over{};
    bool m_isShares = true;
    std::optional<std::size_t> m_current{};
};

} // namespace continuo::ui
