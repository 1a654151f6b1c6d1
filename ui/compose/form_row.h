// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include <initializer_list>

QT_BEGIN_NAMESPACE
class QBoxLayout;
class QButtonGroup;
class QGridLayout;
class QLabel;
QT_END_NAMESPACE

namespace continuo::ui {

/// A word and the fields it names, beside each other, or in a narrow panel the word above them.
class FormRow final : public QWidget
{
    Q_OBJECT

public:
    FormRow(const QString& word, std::initializer_list<QWidget*> fields, QWidget* parent = nullptr);

    void setWord(const QString& word);
    /// The word above the fields.
    void setStacked(bool isStacked);

private:
    QLabel* m_word;
    QBoxLayout* m_row;
};

/// A few words of which one is chosen, as one field; two beside each other.
class SegmentedChoice final : public QWidget
{
    Q_OBJECT

public:
    explicit SegmentedChoice(const QString& name, QWidget* parent = nullptr);

    void add(const QString& word, const QString& help);
    int chosen() const;
    void choose(int index);
    /// Greys a segment with the reason as its help; an empty one brings it back.
    void setWhyNot(int index, const QString& because);

Q_SIGNALS:
    void chosenChanged(int index);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QButtonGroup* m_buttons;
    QGridLayout* m_grid;
};

} // namespace continuo::ui
